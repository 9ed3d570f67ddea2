# Reference values for survival analysis, from R's `survival`.
#
#   Rscript tests/oracle/survival/make_vectors.R > tests/oracle/survival/vectors.json
#
# Each case carries its data, on whole days, and what R makes of it. NA is null.
# Data sets ovarian, lung and veteran come with the package; the rest is written out here.

suppressPackageStartupMessages(library(survival))

number <- function(x) {
  ifelse(is.na(x), "null", ifelse(is.infinite(x), "null", formatC(x, digits = 17, format = "g")))
}
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ", "), "]"))
    return(paste0("{", paste0('"', names(x), '": ', parts, collapse = ", "), "}"))
  }
  parts <- if (is.character(x)) paste0('"', x, '"') else trimws(number(as.numeric(x)))
  if (length(x) == 1 && !inherits(x, "AsIs")) parts else paste0("[", paste(parts, collapse = ", "), "]")
}
many <- function(x) I(as.numeric(x))

# --- data -------------------------------------------------------------------
frame <- function(days, event, arm, stratum = rep(1, length(days)), ...)
  data.frame(days = days, event = event, arm = arm, stratum = stratum, ...)
lung_known <- lung[!is.na(lung$ph.ecog), ]
sets <- list(
  ovarian = with(ovarian, frame(futime, fustat, rx, resid.ds, age = age)),
  lung = with(lung_known, frame(time, status - 1, sex, ph.ecog, age = age)),
  veteran = with(veteran, frame(time, status, trt, as.integer(celltype), karno = karno)),
  cell_types = with(veteran, frame(time, status, as.integer(celltype), trt, karno = karno)),
  ties = frame(
    c(1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 5, 6, 6),
    c(1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0),
    rep(1:2, 10), rep(c(1, 1, 2, 2), 5), age = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4)),
  no_events_in_an_arm = frame(
    c(5, 8, 12, 20, 30, 7, 9, 15, 22, 31), c(1, 1, 0, 1, 0, 0, 0, 0, 0, 0), rep(1:2, each = 5)),
  one_subject = frame(10, 1, 1),
  one_censored_subject = frame(10, 0, 1),
  everyone_censored = frame(c(3, 5, 5, 9), c(0, 0, 0, 0), c(1, 2, 1, 2)),
  everyone_dies_at_once = frame(c(4, 4, 4, 4), c(1, 1, 1, 1), c(1, 2, 1, 2)),
  time_zero = frame(c(0, 0, 0, 2, 4, 4, 7, 9), c(1, 0, 1, 1, 0, 1, 1, 0), c(1, 2, 2, 1, 2, 1, 2, 1)),
  flat_at_half = frame(c(1, 2, 3, 4, 9, 9), c(1, 1, 1, 0, 0, 1), c(1, 2, 1, 2, 1, 2)),
  flat_at_half_to_the_end = frame(c(1, 2, 3, 4, 9, 9), c(1, 1, 1, 0, 0, 0), c(1, 2, 1, 2, 1, 2)),
  censored_first = frame(c(1, 2, 3, 4, 9, 9), c(0, 0, 1, 1, 1, 1), c(1, 2, 1, 2, 1, 2)),
  # Four strata, many ties, a stratum with one arm only and one without events
  stratified = frame(
    c(3, 3, 7, 9, 9, 14, 2, 2, 6, 8, 8, 8, 11, 13, 4, 4, 10, 5, 5, 12),
    c(1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0),
    c(1, 2, 1, 2, 1, 2, 1, 2, 1, 1, 2, 1, 2, 2, 1, 1, 1, 1, 2, 2),
    c(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4)),
  # The same as tenths of a year, in sums that differ in the last bit: see float_years.
  float_ties = frame(c(3, 3, 3, 6, 6, 7, 7, 8, 9, 9, 12, 3), c(1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1), rep(1:2, 6))
)
float_years <- c(0.1 + 0.2, 0.3, 0.1 * 3, 0.2 + 0.4, 0.1 * 6, 0.1 * 7, 0.8 - 0.1, 0.8, 0.9, 0.3 * 3, 1.2, 0.3)

# --- what R makes of them ---------------------------------------------------
curve <- function(d, type, tau) {
  fit <- survfit(Surv(days, event) ~ 1, data = d, conf.type = type)
  tab <- summary(fit, rmean = tau)$table
  other <- quantile(fit, c(0.25, 0.75))
  asked <- unique(floor(quantile(d$days, c(0.1, 0.4, 0.9), names = FALSE)))
  on <- summary(fit, times = asked)
  list(
    days = many(fit$time), at_risk = many(fit$n.risk), events = many(fit$n.event),
    censored = many(fit$n.censor), survival = many(fit$surv), se = many(fit$std.err * fit$surv),
    lower = many(fit$lower), upper = many(fit$upper),
    median = many(tab[c("median", "0.95LCL", "0.95UCL")]),
    quartiles = list(many(c(other$quantile[1], other$lower[1], other$upper[1])),
                     many(c(other$quantile[2], other$lower[2], other$upper[2]))),
    asked = many(on$time), survival_on = many(on$surv), at_risk_on = many(on$n.risk),
    lower_on = many(on$lower), upper_on = many(on$upper),
    horizon = tau, mean = unname(tab[5]), mean_se = unname(tab[6]))
}
followed <- function(d) {
  tab <- summary(survfit(Surv(days, 1 - event) ~ 1, data = d, conf.type = "log-log"))$table
  many(tab[c("median", "0.95LCL", "0.95UCL")])
}
test <- function(d, formula) {
  t <- survdiff(formula, data = d)
  sums <- function(x) if (is.matrix(x)) rowSums(x) else x
  degrees <- sum(sums(t$exp) > 0) - 1
  list(observed = many(sums(t$obs)), expected = many(sums(t$exp)),
       variance = lapply(seq_len(nrow(t$var)), function(i) many(t$var[i, ])),
       chi_square = t$chisq, degrees = degrees, p = pchisq(t$chisq, degrees, lower.tail = FALSE))
}
model <- function(d, formula, ties) {
  fit <- coxph(formula, data = d, ties = ties, control = coxph.control(eps = 1e-11, iter.max = 60))
  co <- summary(fit)$coefficients; ci <- summary(fit)$conf.int
  list(names = I(rownames(co)), coefficient = many(co[, "coef"]), se = many(co[, "se(coef)"]),
       z = many(co[, "z"]), p = many(co[, "Pr(>|z|)"]),
       hazard_ratio = many(ci[, "exp(coef)"]), lower = many(ci[, 3]), upper = many(ci[, 4]),
       covariance = lapply(seq_len(nrow(vcov(fit))), function(i) many(vcov(fit)[i, ])),
       log_likelihood = many(fit$loglik), score_test = fit$score)
}
fits <- function(d) {
  more <- intersect(c("age", "karno"), names(d))
  plans <- list(list(c("arm"), FALSE), list(c("arm"), TRUE))
  if (length(more)) plans <- c(plans, list(list(c("arm", more), FALSE), list(c("arm", more), TRUE)))
  out <- list()
  for (plan in plans) for (ties in c("efron", "breslow")) {
    terms <- c(plan[[1]], if (plan[[2]]) "strata(stratum)")
    out <- c(out, list(c(list(covariates = I(plan[[1]]), stratified = as.integer(plan[[2]]), ties = ties),
                         model(d, reformulate(terms, "Surv(days, event)"), ties))))
  }
  out
}

compared <- c("ovarian", "lung", "veteran", "cell_types", "ties", "no_events_in_an_arm", "time_zero",
              "stratified", "float_ties", "censored_first")
modelled <- c("ovarian", "lung", "veteran", "ties", "stratified", "float_ties", "time_zero")
cases <- lapply(names(sets), function(name) {
  d <- sets[[name]]
  tau <- max(min(d$days) + 1, floor(max(d$days) * 0.7))  # R wants it after the first day
  case <- list(id = name, data = lapply(as.list(d), many), log = curve(d, "log", tau),
               log_log = curve(d, "log-log", tau), followed = followed(d))
  if (name %in% compared) {
    case$log_rank <- test(d, Surv(days, event) ~ arm)
    case$log_rank_stratified <- test(d, Surv(days, event) ~ arm + strata(stratum))
  }
  if (name %in% modelled) case$cox <- fits(d)
  case
})
# R on the years in floating point: it must be what we get on whole days.
years <- transform(sets$float_ties, days = float_years)
fit <- survfit(Surv(days, event) ~ 1, data = years)
cases <- c(cases, list(list(id = "float_years", data = lapply(as.list(sets$float_ties), many),
  distinct_floats = length(unique(float_years)), at_risk = many(fit$n.risk), survival = many(fit$surv),
  log_rank = test(years, Surv(days, event) ~ arm),
  cox = model(years, Surv(days, event) ~ arm, "efron"))))
cat("{\n\"made_by\": \"", R.version.string, ", survival ", as.character(packageVersion("survival")),
    "\",\n\"cases\": [\n", paste(vapply(cases, json, ""), collapse = ",\n"), "\n]}\n", sep = "")
