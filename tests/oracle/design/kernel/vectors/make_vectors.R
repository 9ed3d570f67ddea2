# Vectors for the kernel's statistics: R's survival on small data sets with ties of every kind.
# Run in this folder: Rscript make_vectors.R > survival.json
suppressMessages(library(survival))
number <- function(x) if (is.finite(x)) sprintf("%.17g", x) else paste0('"', x, '"')
numbers <- function(x) paste0("[", paste(vapply(x, number, ""), collapse = ","), "]")

set.seed(20261123)
made <- function(n, mean0, mean1, end, strata = 1, ratio = 0.5) {
  arm <- rbinom(n, 1, ratio)
  stratum <- sample(seq_len(strata), n, replace = TRUE)
  days <- ceiling(rexp(n) * ifelse(arm == 1, mean1, mean0) * stratum)
  censor <- ceiling(runif(n) * end)
  data.frame(days = pmin(days, censor), event = as.integer(days <= censor), arm, stratum)
}
sets <- list(
  few_ties = made(306, 700, 1000, 2500),
  some_ties = made(200, 60, 80, 150),
  heavy_ties = made(300, 4, 6, 12),
  all_on_three_days = made(80, 1.2, 1.5, 3),
  strata = made(306, 500, 800, 1500, 4),
  strata_heavy_ties = made(250, 5, 8, 20, 3),
  two_to_one = made(306, 700, 1000, 2500, 1, 2 / 3),
  twelve = made(12, 20, 30, 40, 2),
  large = made(3000, 400, 500, 1000, 5),
  no_event_in_arm_1 = data.frame(days = c(3, 5, 7, 9, 11, 12), event = c(1, 0, 1, 0, 1, 0),
                                 arm = c(0, 1, 0, 1, 0, 1), stratum = 1),
  no_event_in_arm_0 = data.frame(days = c(3, 5, 5, 9, 11, 12), event = c(1, 0, 1, 0, 1, 0),
                                 arm = c(1, 0, 1, 0, 1, 0), stratum = 1),
  no_events = data.frame(days = 1:4, event = 0, arm = c(0, 1, 0, 1), stratum = 1),
  last_at_risk_fails = data.frame(days = c(2, 4, 6, 8, 10), event = 1, arm = c(0, 1, 1, 0, 1),
                                  stratum = 1),
  two_subjects = data.frame(days = c(4, 9), event = c(1, 1), arm = c(0, 1), stratum = 1),
  all_on_one_day = data.frame(days = 5, event = c(1, 1, 0, 1, 0, 1), arm = c(0, 1, 0, 1, 1, 0),
                              stratum = 1)
)

rank <- function(formula, data, rho = 0) {
  fit <- try(survdiff(formula, data = data, rho = rho), silent = TRUE)
  if (inherits(fit, "try-error")) return(c(NaN, NaN))
  obs <- if (is.matrix(fit$obs)) rowSums(fit$obs) else fit$obs
  exp <- if (is.matrix(fit$exp)) rowSums(fit$exp) else fit$exp
  c(obs[2] - exp[2], fit$var[2, 2])
}
cox <- function(formula, data, ties) {
  fit <- suppressWarnings(coxph(formula, data, ties = ties,
    control = coxph.control(eps = 1e-14, toler.chol = 1e-14, iter.max = 100)))
  c(coef(fit), vcov(fit)[1, 1], fit$loglik[length(fit$loglik)])
}
restricted <- function(data, a, tau) {
  own <- data[data$arm == a, ]
  if (tau < min(own$days)) return(c(tau, 0))  # survfit refuses; nothing has happened by then
  row <- summary(survfit(Surv(days, event) ~ 1, own), rmean = tau)$table
  c(row[["rmean"]], row[["se(rmean)"]]^2)
}
cat("{\n")
first <- TRUE
for (name in names(sets)) {
  d <- sets[[name]]
  plain <- Surv(days, event) ~ arm
  by <- Surv(days, event) ~ arm + strata(stratum)
  tau <- max(1, floor(0.9 * min(tapply(d$days, d$arm, max))))
  out <- c(
    days = numbers(d$days), event = numbers(d$event), arm = numbers(d$arm),
    stratum = numbers(d$stratum),
    log_rank = numbers(rank(plain, d)), peto = numbers(rank(plain, d, 1)),
    rho_half = numbers(rank(plain, d, 0.5)),
    log_rank_strata = numbers(rank(by, d)),
    efron = numbers(if (sum(d$event)) cox(plain, d, "efron") else rep(NaN, 3)),
    breslow = numbers(if (sum(d$event)) cox(plain, d, "breslow") else rep(NaN, 3)),
    efron_strata = numbers(if (sum(d$event)) cox(by, d, "efron") else rep(NaN, 3)),
    tau = number(tau),
    restricted_0 = numbers(restricted(d, 0, tau)), restricted_1 = numbers(restricted(d, 1, tau))
  )
  if (!first) cat(",\n")
  first <- FALSE
  cat(sprintf('"%s": {%s}', name, paste(sprintf('"%s": %s', names(out), out), collapse = ",\n ")))
}
cat("\n}\n")
