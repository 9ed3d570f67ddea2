# Power of 66 designs by rpact: simulated (getSimulationSurvival) and, where hazards are
# proportional, by its formula (getPowerSurvival). Days are the unit of time.
# Run in this folder: Rscript rpact_power.R > rpact_power.json   (some minutes; rpact 3.3.4)
suppressMessages(library(rpact))
iterations <- 10000
designs <- list(
  one = list(design = getDesignGroupSequential(kMax = 1, alpha = 0.025, sided = 1), share = 1),
  two = list(design = getDesignGroupSequential(informationRates = c(0.6, 1), alpha = 0.025,
    sided = 1, typeOfDesign = "asP"), share = c(0.6, 1)),
  three = list(design = getDesignGroupSequential(informationRates = c(1 / 3, 2 / 3, 1),
    alpha = 0.025, sided = 1, typeOfDesign = "asOF"), share = c(1 / 3, 2 / 3, 1))
)
exponential <- log(2) / 600
base <- list(subjects = 400, events = 240, starts = 0, control = exponential, allocation = c(1, 1),
  accrual = c(0, 1000), intensity = 1, drop_out = 0)
proportional <- function(...) modifyList(base, list(...))
worlds <- list(
  exponential = proportional(),
  three_to_two = proportional(allocation = c(3, 2)),
  one_to_two = proportional(allocation = c(1, 2)),
  drop_out = proportional(drop_out = 0.1),
  piecewise = proportional(starts = c(0, 200, 700), control = exponential * c(1.6, 1, 0.6)),
  ramped = proportional(accrual = c(0, 300, 1000), intensity = c(0.04, 0.1)),
  large = proportional(subjects = 900, events = 600)
)
ratios <- list(large = c(1, 0.9, 0.8))
changing <- list(
  delayed = list(starts = c(0, 150), effects = list(c(1, 0.6), c(1, 0.75))),
  fading = list(starts = c(0, 300), effects = list(c(0.6, 1), c(0.7, 0.9))),
  crossing = list(starts = c(0, 100), effects = list(c(1.4, 0.55), c(1.2, 0.7)))
)
numbers <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ", "), "]")
first <- TRUE

one <- function(world, name, w, effect) {
  d <- designs[[name]]
  events <- round(d$share * w$events)
  common <- list(design = d$design, directionUpper = FALSE, maxNumberOfSubjects = w$subjects,
    accrualTime = w$accrual)
  if (length(w$intensity) > 1) {
    common <- c(common, list(accrualIntensity = w$intensity, accrualIntensityType = "relative"))
  }
  if (w$drop_out > 0) {
    common <- c(common, list(dropoutRate1 = w$drop_out, dropoutRate2 = w$drop_out,
      dropoutTime = 365))
  }
  common$lambda2 <- w$control
  if (length(w$starts) > 1) common$piecewiseSurvivalTime <- w$starts
  is_proportional <- length(effect) == 1
  if (is_proportional) {
    common$hazardRatio <- effect
  } else {
    common$lambda1 <- w$control * effect
  }
  simulated <- suppressWarnings(suppressMessages(do.call(getSimulationSurvival, c(common, list(
    plannedEvents = events, allocation1 = w$allocation[1], allocation2 = w$allocation[2],
    maxNumberOfIterations = iterations, seed = 306)))))
  formula <- "null"
  if (is_proportional) {
    formula <- sprintf("%.12g", suppressWarnings(suppressMessages(do.call(getPowerSurvival, c(common,
      list(maxNumberOfEvents = w$events,
        allocationRatioPlanned = w$allocation[1] / w$allocation[2])))))$overallReject)
  }
  rates <- w$intensity / sum(w$intensity * diff(w$accrual)) * w$subjects
  if (!first) cat(",\n")
  first <<- FALSE
  cat(sprintf(paste0('{"world": "%s", "design": "%s", "effect": %s, "subjects": %d, ',
    '"allocation": %s, "starts": %s, "control": %s, "accrual_starts": %s, "accrual_rates": %s, ',
    '"drop_out": %g, "events": %s, "efficacy": %s, "power": %.6g, "by_look": %s, "formula": %s}'),
    world, name, numbers(effect), w$subjects, numbers(w$allocation), numbers(w$starts),
    numbers(w$control), numbers(head(w$accrual, -1)), numbers(rates), w$drop_out, numbers(events),
    numbers(d$design$criticalValues), simulated$overallReject,
    numbers(as.vector(simulated$rejectPerStage)), formula))
}

cat("[\n")
for (name in names(designs)) {
  for (world in names(worlds)) {
    known <- ratios[[world]]
    for (ratio in if (is.null(known)) c(1, 0.8, 0.7) else known) {
      one(world, name, worlds[[world]], ratio)
    }
  }
  for (world in names(changing)) {
    for (effect in changing[[world]]$effects) {
      w <- modifyList(base, list(starts = changing[[world]]$starts,
        control = rep(exponential, length(changing[[world]]$starts))))
      one(world, name, w, effect)
    }
  }
}
cat("\n]\n")
