# Makes rpact_calendar.json: sequential log-rank trials with accrual and drop-out by rpact 3.3.4 (Debian package
# r-cran-rpact): events, participants and dates of each look, and what is expected with and without the effect.
#   Rscript rpact_calendar.R > rpact_calendar.json
suppressMessages(library(rpact))

json <- function(x) {
  if (is.list(x)) return(paste0("{", paste0('"', names(x), '": ', sapply(x, json), collapse = ", "), "}"))
  written <- if (is.character(x)) paste0('"', x, '"') else trimws(formatC(x, digits = 15, format = "g"))
  if (length(x) == 1) written else paste0("[", paste(written, collapse = ", "), "]")
}

cases <- list(
  list(type = "asOF", sided = 2, alpha = 0.05, beta = 0.1, rates = c(0.25, 0.5, 0.75, 1), hr = 0.5, lambda2 = log(2) / 20, ratio = 1, drop = 0, accrual = 18, follow = 8),
  list(type = "asOF", sided = 1, alpha = 0.025, beta = 0.2, rates = c(0.5, 1), hr = 0.68, lambda2 = log(2) / 24, ratio = 1, drop = 0.05, accrual = 48, follow = 36),
  list(type = "asP", sided = 1, alpha = 0.025, beta = 0.1, rates = c(1 / 3, 2 / 3, 1), hr = 0.74, lambda2 = log(2) / 60, ratio = 1, drop = 0.025, accrual = 30, follow = 24),
  list(type = "OF", sided = 2, alpha = 0.05, beta = 0.2, rates = c(0.6, 1), hr = 0.6, lambda2 = 0.05, ratio = 2, drop = 0.1, accrual = 24, follow = 12),
  list(type = "P", sided = 1, alpha = 0.05, beta = 0.1, rates = c(0.4, 0.7, 1), hr = 0.7, lambda2 = 0.02, ratio = 0.5, drop = 0, accrual = 36, follow = 18),
  list(type = "asKD", gammaA = 2, sided = 1, alpha = 0.025, beta = 0.1, rates = c(0.3, 0.8, 1), hr = 0.65, lambda2 = 0.03, ratio = 1, drop = 0.05, accrual = 40, follow = 20),
  list(type = "asOF", futility = "bsP", sided = 1, alpha = 0.025, beta = 0.2, rates = c(0.4, 0.75, 1), hr = 0.7, lambda2 = 0.03, ratio = 1, drop = 0.03, accrual = 42, follow = 18)
)

one <- function(case) {
  given <- list(kMax = length(case$rates), informationRates = case$rates, alpha = case$alpha, beta = case$beta, sided = case$sided, typeOfDesign = case$type)
  if (!is.null(case$gammaA)) given$gammaA <- case$gammaA
  if (!is.null(case$futility)) given <- c(given, typeBetaSpending = case$futility, bindingFutility = FALSE)
  design <- do.call(getDesignGroupSequential, given)
  trial <- list(lambda2 = case$lambda2, accrualTime = c(0, case$accrual), allocationRatioPlanned = case$ratio, dropoutRate1 = case$drop, dropoutRate2 = case$drop, dropoutTime = 12)
  size <- do.call(getSampleSizeSurvival, c(list(design, hazardRatio = case$hr, followUpTime = case$follow), trial))
  null <- do.call(getPowerSurvival, c(list(design, hazardRatio = 1, maxNumberOfEvents = size$maxNumberOfEvents[1], maxNumberOfSubjects = size$maxNumberOfSubjects[1], directionUpper = FALSE), trial))
  list(
    inputs = case,
    result = list(
      events = as.vector(size$eventsPerStage), subjects = size$maxNumberOfSubjects, times = as.vector(size$analysisTime),
      entered = as.vector(size$numberOfSubjects), expected_events = size$expectedEventsH1, expected_events_null = size$expectedEventsH0,
      expected_subjects = size$expectedNumberOfSubjectsH1, expected_time = size$studyDuration,
      times_null = as.vector(null$analysisTime), expected_time_null = null$studyDuration, expected_subjects_null = null$expectedNumberOfSubjects
    )
  )
}

rows <- vapply(cases, function(case) json(one(case)), "")
cat(paste0('{"made_by": "rpact ', packageVersion("rpact"), '", "cases": [\n', paste(rows, collapse = ",\n"), "\n]}\n"))
