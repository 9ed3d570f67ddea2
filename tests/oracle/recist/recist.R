# RECIST 1.1 worked out a second time, in whole millimetres and in another way, from
# Eisenhauer et al., Eur J Cancer 2009;45:228-247. Writes evaluations.csv beside it:
#   Rscript recist.R > evaluations.csv
# A row is one evaluation; the first of each scenario is the baseline. Sizes of targets stand
# with "n" behind those of lymph nodes, "x" for what was not measured.
set.seed(20091)

of_targets <- function(base, node, sizes, earlier, complete_before) {
  measured <- !is.na(sizes)
  total <- sum(sizes[measured])
  low <- min(earlier)
  if (5 * total >= 6 * low && total - low >= 5) return("PD")
  if (complete_before && any(sizes[measured & !node] > 0)) return("PD")
  if (!all(measured)) return("NE")
  gone <- ifelse(node, sizes < 10, sizes == 0)
  if (all(gone)) return("CR")
  if (10 * total <= 7 * sum(base)) return("PR")
  "SD"
}

of_others <- function(states) {
  if (length(states) == 0) return("none")
  worst <- c("progression", "not-evaluated", "present", "absent")
  c("PD", "NE", "non-CR/non-PD", "CR")[min(match(states, worst))]
}

# Tables 1 and 2 as a look-up, not as a rule.
together <- function(target, other, new) {
  if (new || target == "PD" || other == "PD") return("PD")
  if (target == "none") return(other)
  key <- paste(target, other)
  known <- c("CR CR" = "CR", "CR none" = "CR", "CR non-CR/non-PD" = "PR", "CR NE" = "PR")
  if (key %in% names(known)) known[[key]] else target
}

cat("scenario,evaluation,targets,others,new,sum,target,other,overall\n")
for (scenario in 1:200) {
  count <- sample(0:5, 1, prob = c(1, 3, 3, 2, 1, 1))
  node <- runif(count) < 0.3
  base <- ifelse(node, sample(15:40, count, TRUE), sample(10:60, count, TRUE))
  others <- sample(0:2, 1)
  if (count == 0 && others == 0) others <- 1
  earlier <- sum(base); complete <- FALSE; now <- base
  for (evaluation in 0:5) {
    if (evaluation > 0) {
      by <- sample(c(0, 0.5, 0.7, 0.75, 1, 1.2, 1.25, 1.6), 1, prob = c(2, 2, 3, 2, 3, 3, 2, 1))
      last <- ifelse(is.na(now), base, now)
      now <- if (by == 0) ifelse(node, 8, 0) else pmax(round(last * by), ifelse(last > 0, 5, 0))
      back <- runif(count) < 0.05
      now[back] <- now[back] + 5
      now[runif(count) < 0.04] <- NA
    }
    states <- sample(c("absent", "present", "progression", "not-evaluated"), others, TRUE,
                     prob = c(3, 5, 0.4, 0.6))
    new <- evaluation > 0 && runif(1) < 0.06
    target <- "none"
    if (count > 0 && evaluation > 0)
      target <- of_targets(base, node, now, earlier, complete)
    other <- of_others(states)
    shown <- ifelse(is.na(now), "x", as.character(now))
    cat(paste(scenario, evaluation, paste0(shown, ifelse(node, "n", ""), collapse = " "),
              paste(states, collapse = " "), ifelse(new, "yes", "no"),
              sum(now, na.rm = TRUE), target, other,
              if (evaluation > 0) together(target, other, new) else "", sep = ","), "\n", sep = "")
    if (evaluation > 0 && count > 0) {
      if (target == "CR") complete <- TRUE
      if (!any(is.na(now))) earlier <- c(earlier, sum(now))
    }
  }
}
