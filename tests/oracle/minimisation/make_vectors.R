# Minimisation, written a second time and in another way, to hold ours against.
#
#   Rscript tests/oracle/minimisation/make_vectors.R > tests/oracle/minimisation/vectors_r.json
#
# Only base R is needed (made with R 4.2.2). Where ours keeps counts by factor, level and arm, this
# keeps the whole table of subjects, adds the new subject to it with each arm in turn, and measures
# the table that follows. Where ours uses the short form of the chances, this follows the formulas
# step by step: the chance of a favoured arm, p^H, and of the others, p^L, of Han, Enas and McEntegart
# (Statistics in Medicine 2009;28:3329), for each arm that may come first when arms tie.
# Scores: Pocock and Simon, Biometrics 1975;31:103.
#
# In a vector, history is a list of subjects, each "arm, level of factor 1, level of factor 2 ...",
# one digit each. Arms and levels count from 1. Weights and p are fractions; scores and chances are
# doubles with 12 significant digits.

set.seed(19751103)

spread <- list(
  "range" = function(z) diff(range(z)),
  "sd" = function(z) sd(z),
  "variance" = function(z) var(z),
  "marginal balance" = function(z) sum(dist(z)) / ((length(z) - 1) * sum(z))
)

score_if <- function(arm, subjects, newcomer, ratio, weights, measure) {
  table_after <- rbind(subjects, c(arm, newcomer))
  parts <- vapply(seq_along(newcomer), function(i) {
    alike <- table_after[table_after[, i + 1] == newcomer[i], , drop = FALSE]
    sizes <- vapply(seq_along(ratio), function(a) sum(alike[, 1] == a), numeric(1))
    spread[[measure]](sizes / ratio)
  }, numeric(1))
  sum(parts * weights)
}

# p^H of each arm, were it the favoured one.
high <- function(ratio, p) {
  smallest <- order(ratio)[1]
  vapply(seq_along(ratio), function(h) {
    1 - sum(ratio[-h]) / sum(ratio[-smallest]) * (1 - p)
  }, numeric(1))
}

chances_when_first <- function(h, ratio, p) {
  p_high <- high(ratio, p)[h]
  chances <- ratio / sum(ratio[-h]) * (1 - p_high)   # p^L
  chances[h] <- p_high
  chances
}

chances <- function(favoured, ratio, p) {
  total <- numeric(length(ratio))
  for (h in favoured) {
    total <- total + ratio[h] / sum(ratio[favoured]) * chances_when_first(h, ratio, p)
  }
  total
}

numbers <- function(x) {
  paste0("[", paste(trimws(formatC(x, digits = 12, format = "g")), collapse = ","), "]")
}
quoted <- function(x) paste0('"', x, '"')

one_vector <- function() {
  arms <- sample(2:4, 1)
  ratio <- if (runif(1) < 0.4) rep(1, arms) else sample(1:4, arms, replace = TRUE)
  levels <- sample(2:4, sample(1:4, 1), replace = TRUE)
  weights <- if (runif(1) < 0.4) rep("1", length(levels))
             else sample(c("1", "2", "3", "1/2", "1/3", "3/4"), length(levels), replace = TRUE)
  possible <- c("1/2", "3/5", "2/3", "7/10", "3/4", "4/5", "17/20", "9/10", "19/20", "1")
  value <- function(x) vapply(parse(text = x), eval, numeric(1))
  possible <- possible[value(possible) >= min(ratio) / sum(ratio)]
  p <- sample(possible, 1)
  measure <- sample(names(spread), 1)
  n <- sample(c(0:5, 0:60), 1)
  profile <- function(n) vapply(levels, function(l) sample(l, n, replace = TRUE), numeric(n))
  drawn <- sample(arms, n, replace = TRUE, prob = if (runif(1) < 0.5) ratio else NULL)
  subjects <- matrix(c(drawn, profile(n)), nrow = n, ncol = 1 + length(levels))
  newcomer <- as.vector(profile(1))
  score <- vapply(seq_len(arms), score_if, numeric(1), subjects, newcomer, ratio,
                  value(weights), measure)
  favoured <- which(score - min(score) < 1e-9)
  paste0(
    '{"measure":', quoted(measure),
    ',"ratio":', numbers(ratio),
    ',"weights":[', paste(quoted(weights), collapse = ","), "]",
    ',"p":', quoted(p),
    ',"history":', quoted(if (n > 0) paste(apply(subjects, 1, paste, collapse = ""), collapse = " ")
                         else ""),
    ',"strata":', numbers(newcomer),
    ',"scores":', numbers(score),
    ',"favoured":', numbers(favoured),
    ',"chances":', numbers(chances(favoured, ratio, value(p))), "}"
  )
}

rows <- vapply(seq_len(1500), function(i) one_vector(), character(1))
cat("[\n", paste(rows, collapse = ",\n"), "\n]\n", sep = "")
