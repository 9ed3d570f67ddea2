# Simulated power of 60 designs by rpact, days as the unit of time.
# Run in this folder: Rscript make_rpact.R > rpact_power.json   (about five minutes)
suppressMessages(library(rpact))
designs <- list(
  one = list(design = getDesignGroupSequential(kMax = 1, alpha = 0.025, sided = 1), events = 210),
  two = list(design = getDesignGroupSequential(informationRates = c(0.5, 1), alpha = 0.025,
    sided = 1, typeOfDesign = "asOF"), events = c(105, 210)),
  three = list(design = getDesignGroupSequential(informationRates = c(0.4, 0.7, 1), alpha = 0.025,
    sided = 1, typeOfDesign = "P", futilityBounds = c(0, 0.5), bindingFutility = FALSE),
    events = c(84, 147, 210))
)
rate <- log(2) / 730
worlds <- list(
  plain = list(),
  drop_out = list(dropoutRate1 = 0.06, dropoutRate2 = 0.03, dropoutTime = 365),
  two_to_one = list(allocation1 = 2, allocation2 = 1),
  short_accrual = list(accrualTime = c(0, 600)),
  delayed = list(delay = 180),
  late = list(delay = 365)
)
first <- TRUE
cat("[\n")
for (world in names(worlds)) for (name in names(designs)) {
  ratios <- if (world %in% c("delayed", "late")) c(0.5, 0.7) else c(0.6, 0.7, 0.8, 1)
  for (ratio in ratios) {
    w <- worlds[[world]]
    delay <- w$delay
    w$delay <- NULL
    d <- designs[[name]]
    arguments <- list(design = d$design, directionUpper = FALSE, plannedEvents = d$events,
      maxNumberOfSubjects = 306, accrualTime = c(0, 1461), allocation1 = 1, allocation2 = 1,
      maxNumberOfIterations = 10000, seed = 20261123)
    arguments[names(w)] <- w
    if (is.null(delay)) {
      arguments <- c(arguments, list(lambda2 = rate, hazardRatio = ratio))
    } else {
      arguments <- c(arguments, list(piecewiseSurvivalTime = c(0, delay),
        lambda2 = c(rate, rate), lambda1 = c(rate, rate * ratio)))
    }
    found <- suppressWarnings(suppressMessages(do.call(getSimulationSurvival, arguments)))
    bounds <- d$design$criticalValues
    futility <- if (name == "three") d$design$futilityBounds else rep(-999, length(bounds) - 1)
    show <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ","), "]")
    if (!first) cat(",\n")
    first <- FALSE
    cat(sprintf(paste0('{"world": "%s", "design": "%s", "ratio": %g, "events": %s, ',
      '"efficacy": %s, "futility": %s, "power": %.6g, "early": %s, "duration": %.8g}'),
      world, name, ratio, show(d$events), show(bounds), show(futility), found$overallReject,
      show(as.vector(found$rejectPerStage)), as.vector(found$studyDuration)[1]))
  }
}
cat("\n]\n")
