# Simulated trials a second of processor time by rpact; prints JSON. Argument: how many trials.
suppressMessages(library(rpact))
trials <- as.integer(commandArgs(trailingOnly = TRUE)[1])
rate <- log(2) / 730
fixed <- getDesignGroupSequential(kMax = 1, alpha = 0.025, sided = 1)
two <- getDesignGroupSequential(informationRates = c(0.5, 1), alpha = 0.025, sided = 1,
  typeOfDesign = "asOF")
common <- list(directionUpper = FALSE, maxNumberOfSubjects = 306, accrualTime = c(0, 1461),
  allocation1 = 1, allocation2 = 1, maxNumberOfIterations = trials, seed = 1)
one_effect <- list(lambda2 = rate, hazardRatio = 0.68)
late_effect <- list(piecewiseSurvivalTime = c(0, 180), lambda2 = c(rate, rate),
  lambda1 = c(rate, 0.68 * rate))
measured <- function(arguments) {
  used <- sapply(1:2, function(k) {
    before <- proc.time()
    suppressWarnings(suppressMessages(do.call(getSimulationSurvival, arguments)))
    sum((proc.time() - before)[c("user.self", "sys.self")])
  })
  trials / min(used)
}
cat(sprintf('{"version": "%s", "one": %.1f, "two": %.1f, "delayed": %.1f}\n',
  packageVersion("rpact"),
  measured(c(common, one_effect, list(design = fixed, plannedEvents = 210))),
  measured(c(common, one_effect, list(design = two, plannedEvents = c(105, 210)))),
  measured(c(common, late_effect, list(design = fixed, plannedEvents = 210)))))
