# Makes rpact_analyses.json: p-values, intervals, estimates and conditional power of trials analysed by
# rpact. Needs Debian's r-cran-rpact and r-cran-jsonlite.
#   Rscript rpact_analyses.R > rpact_analyses.json
suppressMessages({
  library(rpact)
  library(jsonlite)
})

setLogLevel("DISABLED")

designs <- list(
  list(typeOfDesign = "asOF", informationRates = c(0.3, 0.55, 0.8, 1), alpha = 0.025, beta = 0.1, sided = 1),
  list(typeOfDesign = "asP", informationRates = c(0.4, 0.7, 1), alpha = 0.025, beta = 0.2, sided = 1),
  list(typeOfDesign = "P", informationRates = c(0.25, 0.5, 0.75, 1), alpha = 0.05, beta = 0.2, sided = 1),
  list(typeOfDesign = "OF", informationRates = c(0.2, 0.6, 1), alpha = 0.01, beta = 0.1, sided = 1),
  list(typeOfDesign = "asHSD", gammaA = -4, informationRates = c(0.5, 0.75, 1), alpha = 0.025, beta = 0.1, sided = 1),
  list(typeOfDesign = "asKD", gammaA = 2, informationRates = c(0.5, 1), alpha = 0.05, beta = 0.1, sided = 2),
  list(typeOfDesign = "asOF", informationRates = c(0.4, 0.7, 1), alpha = 0.025, beta = 0.2, sided = 1,
       futilityBounds = c(-0.5, 0.3), bindingFutility = TRUE)
)
paths <- list(c(0.8, 1.1, 1.6, 1.9), c(1.4, 1.9, 2.2, 2.4), c(0.2, 0.9, 1.0, 1.2), c(1.2, 3.3), c(1.6, 2.0, 3.0))

cases <- list()
for (arguments in designs) for (path in paths) {
  design <- suppressWarnings(suppressMessages(do.call(getDesignGroupSequential, arguments)))
  looks <- min(length(path), design$kMax)
  z <- path[1:looks]
  beyond <- which(z >= design$criticalValues[1:looks])
  if (length(beyond)) z <- z[1:beyond[1]]
  looks <- length(z)
  events <- 200 * design$informationRates[1:looks]
  found <- suppressWarnings(suppressMessages(getAnalysisResults(
    design,
    getDataset(overallEvents = events, overallLogRanks = -z, overallAllocationRatios = rep(1, looks)),
    directionUpper = FALSE
  )))
  stopped <- looks == design$kMax || length(beyond) > 0
  cases[[length(cases) + 1]] <- list(
    design = arguments, z = I(z), events = I(events), stopped = stopped,
    crp = I(found$conditionalRejectionProbabilities[1:looks]),
    rciLower = I(found$repeatedConfidenceIntervalLowerBounds[1:looks]),
    rciUpper = I(found$repeatedConfidenceIntervalUpperBounds[1:looks]),
    repeatedP = I(found$repeatedPValues[1:looks]),
    finalP = found$finalPValues[looks],
    finalLower = found$finalConfidenceIntervalLowerBounds[looks],
    finalUpper = found$finalConfidenceIntervalUpperBounds[looks],
    median = found$medianUnbiasedEstimates[looks]
  )
}
cat(toJSON(
  list(package = "rpact", version = as.character(packageVersion("rpact")), cases = cases),
  auto_unbox = TRUE, digits = I(15), null = "null", na = "null"
))
