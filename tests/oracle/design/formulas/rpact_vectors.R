# Writes rpact_vectors.json: fixed-sample designs by rpact 3.3.4 (Debian package r-cran-rpact).
# Run from this folder:  Rscript rpact_vectors.R
suppressMessages(library(rpact))

text <- function(x) {
  if (is.list(x)) {
    body <- mapply(function(k, v) paste0('"', k, '":', text(v)), names(x), x)
    return(paste0("{", paste(body, collapse = ","), "}"))
  }
  one <- function(v) if (is.character(v)) paste0('"', v, '"') else if (is.logical(v))
    tolower(as.character(v)) else sprintf("%.15g", v)
  if (length(x) == 1) one(x) else paste0("[", paste(vapply(x, one, ""), collapse = ","), "]")
}
cases <- character()
keep <- function(kind, inputs, result) {
  cases[[length(cases) + 1]] <<- text(list(kind = kind, inputs = inputs, result = result))
}

# 1. Sample size of a log-rank trial: method, ratio, hazard ratio, sides.
for (method in c("Schoenfeld", "Freedman", "HsiehFreedman")) for (ratio in c(0.5, 1, 2, 3))
  for (hr in c(0.5, 0.7, 0.85, 1.4)) for (sided in 1:2) {
    r <- getSampleSizeSurvival(alpha = 0.025 * sided, beta = 0.15, sided = sided, hazardRatio = hr,
      lambda2 = log(2) / 24, accrualTime = c(0, 30), followUpTime = 18, typeOfComputation = method,
      allocationRatioPlanned = ratio, dropoutRate1 = 0.04, dropoutRate2 = 0.02, dropoutTime = 12)
    keep("sample_size", list(method = method, ratio = ratio, hr = hr, sided = sided,
      alpha = 0.025 * sided, power = 0.85, lambda2 = log(2) / 24, accrual = 30, follow = 18,
      drop1 = -log(0.96) / 12, drop2 = -log(0.98) / 12),
      list(events = r$eventsFixed, subjects = r$nFixed, n1 = r$nFixed1, n2 = r$nFixed2,
        critical = if (sided == 1) r$criticalValuesEffectScale[1] else r$criticalValuesEffectScaleLower[1]))
  }

# 2. Piecewise hazards, ramped accrual, different drop-out, ratio.
hazards <- list(list(s = c(0, 6, 18), l = c(0.01, 0.03, 0.04)), list(s = c(0, 12), l = c(0.05, 0.015)),
  list(s = c(0, 3, 9, 27), l = c(0.08, 0.02, 0.06, 0.01)))
ramps <- list(list(t = c(0, 6, 12, 48), i = c(0.25, 0.6, 1)), list(t = c(0, 10, 20), i = c(2, 1)))
for (h in seq_along(hazards)) for (a in seq_along(ramps)) for (ratio in c(1, 2)) for (d in c(0, 0.1)) {
  z <- hazards[[h]]; ramp <- ramps[[a]]
  r <- getSampleSizeSurvival(alpha = 0.05, beta = 0.2, sided = 2, hazardRatio = 0.7,
    piecewiseSurvivalTime = z$s, lambda2 = z$l, accrualTime = ramp$t, accrualIntensity = ramp$i,
    accrualIntensityType = "relative", followUpTime = 24, allocationRatioPlanned = ratio,
    dropoutRate1 = d, dropoutRate2 = d / 2, dropoutTime = 12)
  keep("piecewise_size", list(starts = z$s, rates = z$l, accrual_times = ramp$t, accrual_rates = ramp$i,
    ratio = ratio, hr = 0.7, alpha = 0.05, power = 0.8, sided = 2, follow = 24,
    drop1 = -log(1 - d) / 12, drop2 = -log(1 - d / 2) / 12),
    list(events = r$eventsFixed, subjects = r$nFixed))
}

# 3. Event probabilities by calendar time.
for (h in seq_along(hazards)) for (ratio in c(0.5, 1, 2)) {
  z <- hazards[[h]]; times <- c(5, 11, 20, 33, 47, 60, 90)
  r <- getEventProbabilities(time = times, accrualTime = c(0, 6, 12, 36), accrualIntensity = c(2, 5, 9),
    piecewiseSurvivalTime = z$s, lambda2 = z$l, hazardRatio = 0.8, allocationRatioPlanned = ratio,
    dropoutRate1 = 0.1, dropoutRate2 = 0.05, dropoutTime = 12)
  keep("event_probabilities", list(time = times, starts = z$s, rates = z$l, ratio = ratio, hr = 0.8,
    accrual_times = c(0, 6, 12, 36), accrual_rates = c(2, 5, 9), drop1 = -log(0.9) / 12,
    drop2 = -log(0.95) / 12), list(overall = r$cumulativeEventProbabilities,
    treatment = r$eventProbabilities1, control = r$eventProbabilities2,
    subjects = r$maxNumberOfSubjects))
}

# 4. Power and the calendar time of the last event.
for (method in c("Schoenfeld", "Freedman", "HsiehFreedman")) for (ratio in c(1, 2))
  for (hr in c(0.6, 0.75, 1)) for (sided in 1:2) {
    extra <- if (sided == 1) list(directionUpper = FALSE) else list()
    r <- do.call(getPowerSurvival, c(list(alpha = 0.025 * sided, sided = sided, hazardRatio = hr,
      lambda2 = log(2) / 18, accrualTime = c(0, 40), maxNumberOfSubjects = 300,
      maxNumberOfEvents = 190, allocationRatioPlanned = ratio, typeOfComputation = method,
      dropoutRate1 = 0.03, dropoutRate2 = 0.03, dropoutTime = 12), extra))
    keep("power", list(method = method, ratio = ratio, hr = hr, sided = sided, alpha = 0.025 * sided,
      lambda2 = log(2) / 18, accrual = 40, subjects = 300, events = 190, drop = -log(0.97) / 12),
      list(power = r$overallReject, time = r$analysisTime[1]))
  }

# 5. Fixed number of participants: how long must follow-up be?
for (hr in c(0.6, 0.68)) for (ratio in c(1, 1.5)) {
  r <- getSampleSizeSurvival(alpha = 0.05, beta = 0.2, sided = 2, hazardRatio = hr, lambda2 = 0.03,
    accrualTime = c(0, 12, 48), accrualIntensity = c(3, 7.5), allocationRatioPlanned = ratio)
  keep("follow_up", list(hr = hr, ratio = ratio, lambda2 = 0.03, alpha = 0.05, power = 0.8, sided = 2,
    accrual_times = c(0, 12, 48), accrual_rates = c(3, 7.5)),
    list(events = r$eventsFixed, subjects = r$maxNumberOfSubjects, time = r$analysisTime[1]))
}
# 6. Known rates and follow-up: how long must accrual last?
for (hr in c(0.6, 0.68)) {
  r <- getSampleSizeSurvival(alpha = 0.05, beta = 0.2, sided = 2, hazardRatio = hr, lambda2 = 0.03,
    accrualTime = c(0, 12), accrualIntensity = c(3, 7.5), followUpTime = 12)
  keep("accrual_time", list(hr = hr, lambda2 = 0.03, alpha = 0.05, power = 0.8, sided = 2, follow = 12,
    ramp = 12, accrual_rates = c(3, 7.5)), list(events = r$eventsFixed,
    subjects = r$maxNumberOfSubjects, accrual = r$totalAccrualTime, time = r$analysisTime[1]))
}

# 7. Weibull survival (rpact 3.3.4 takes the true hazard ratio of the two curves).
for (kappa in c(0.7, 1.3, 2)) for (ratio in c(1, 2)) {
  r <- getSampleSizeSurvival(alpha = 0.05, beta = 0.2, sided = 2, hazardRatio = 0.7, median2 = 24,
    kappa = kappa, accrualTime = c(0, 48), followUpTime = 36, allocationRatioPlanned = ratio)
  keep("weibull", list(shape = kappa, hr = 0.7, median2 = 24, accrual = 48, follow = 36,
    alpha = 0.05, power = 0.8, sided = 2, ratio = ratio),
    list(events = r$eventsFixed, subjects = r$nFixed))
}

# 8. Two proportions.
for (p1 in c(0.25, 0.45, 0.6)) for (p2 in c(0.3, 0.5)) for (ratio in c(0.5, 1, 2)) for (sided in 1:2) {
  r <- getSampleSizeRates(alpha = 0.025 * sided, beta = 0.2, sided = sided, pi1 = p1, pi2 = p2,
    allocationRatioPlanned = ratio)
  up <- if (sided == 1) list(directionUpper = p1 > p2) else list()
  w <- do.call(getPowerRates, c(list(alpha = 0.025 * sided, sided = sided, pi1 = p1, pi2 = p2,
    allocationRatioPlanned = ratio, maxNumberOfSubjects = 150), up))
  keep("rates", list(p1 = p1, p2 = p2, ratio = ratio, sided = sided, alpha = 0.025 * sided, power = 0.8,
    margin = 0, n = 150), list(subjects = r$nFixed, n1 = r$nFixed1, power = w$overallReject))
}
for (p1 in c(0.5, 0.45)) for (margin in c(-0.1, -0.15, 0.02)) for (ratio in c(0.5, 1, 2)) {
  if (p1 == 0.45 && margin == 0.02) next
  r <- getSampleSizeRates(alpha = 0.025, beta = 0.1, sided = 1, pi1 = p1, pi2 = 0.46, thetaH0 = margin,
    allocationRatioPlanned = ratio)
  w <- getPowerRates(alpha = 0.025, sided = 1, pi1 = p1, pi2 = 0.46, thetaH0 = margin,
    allocationRatioPlanned = ratio, maxNumberOfSubjects = 220)
  keep("rates", list(p1 = p1, p2 = 0.46, ratio = ratio, sided = 1, alpha = 0.025, power = 0.9,
    margin = margin, n = 220), list(subjects = r$nFixed, n1 = r$nFixed1, power = w$overallReject))
}

# 9. Two means.
for (normal in c(FALSE, TRUE)) for (delta in c(0.2, 0.5, 5)) for (sd in c(1, 8)) for (ratio in c(0.5, 1, 2))
  for (sided in 1:2) {
    if (delta / sd > 1 || delta / sd < 0.1) next
    r <- getSampleSizeMeans(alpha = 0.025 * sided, beta = 0.2, sided = sided, alternative = delta,
      stDev = sd, allocationRatioPlanned = ratio, normalApproximation = normal)
    w <- getPowerMeans(alpha = 0.025 * sided, sided = sided, alternative = delta, stDev = sd,
      allocationRatioPlanned = ratio, normalApproximation = normal, maxNumberOfSubjects = 90)
    keep("means", list(normal = normal, delta = delta, sd = sd, ratio = ratio, sided = sided,
      alpha = 0.025 * sided, power = 0.8, margin = 0, n = 90),
      list(subjects = r$nFixed, n1 = r$nFixed1, power = w$overallReject))
  }
for (normal in c(FALSE, TRUE)) for (margin in c(-3, -1)) {
  r <- getSampleSizeMeans(alpha = 0.025, beta = 0.2, sided = 1, alternative = 1, thetaH0 = margin,
    stDev = 7, allocationRatioPlanned = 1.5, normalApproximation = normal)
  w <- getPowerMeans(alpha = 0.025, sided = 1, alternative = 1, thetaH0 = margin, stDev = 7,
    allocationRatioPlanned = 1.5, normalApproximation = normal, maxNumberOfSubjects = 90)
  keep("means", list(normal = normal, delta = 1, sd = 7, ratio = 1.5, sided = 1, alpha = 0.025,
    power = 0.8, margin = margin, n = 90), list(subjects = r$nFixed, n1 = r$nFixed1, power = w$overallReject))
}

# 10. Non-inferiority of survival: Schoenfeld against a hazard ratio other than 1.
for (ratio in c(1, 2)) for (theta in c(1.2, 1.35)) {
  r <- getSampleSizeSurvival(alpha = 0.025, beta = 0.2, sided = 1, hazardRatio = 0.95, thetaH0 = theta,
    lambda2 = 0.03, accrualTime = c(0, 24), followUpTime = 24, allocationRatioPlanned = ratio)
  keep("margin", list(ratio = ratio, null = theta, hr = 0.95, lambda2 = 0.03, accrual = 24, follow = 24,
    alpha = 0.025, power = 0.8, sided = 1), list(events = r$eventsFixed, subjects = r$nFixed))
}

head <- '{"package":"rpact","version":"3.3.4","script":"rpact_vectors.R","cases":['
writeLines(c(head, paste0(cases, c(rep(",", length(cases) - 1), "")), "]}"), "rpact_vectors.json")
