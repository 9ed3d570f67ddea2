# Makes rpact_designs.json: group-sequential designs by rpact, every family x number of looks x sides,
# equally and unequally spaced. Needs Debian's r-cran-rpact and r-cran-jsonlite.
#   Rscript rpact_designs.R > rpact_designs.json
suppressMessages({
  library(rpact)
  library(jsonlite)
})

unequal <- function(looks) {
  round((((1:looks) / looks)^1.4 + (1:looks) / looks) / 2 + 0.03 * sin(1:looks) * ((1:looks) < looks), 3)
}

families <- list(
  OF = list(typeOfDesign = "OF"),
  P = list(typeOfDesign = "P"),
  WT = list(typeOfDesign = "WT", deltaWT = 0.1),
  HP = list(typeOfDesign = "HP", constantBoundsHP = 3.2),
  asOF = list(typeOfDesign = "asOF"),
  asP = list(typeOfDesign = "asP"),
  asKD = list(typeOfDesign = "asKD", gammaA = 2.2),
  asHSD = list(typeOfDesign = "asHSD", gammaA = -2.5),
  asUser = list(typeOfDesign = "asUser")
)
futilities <- list(
  bsOF = list(typeBetaSpending = "bsOF"),
  bsP = list(typeBetaSpending = "bsP"),
  bsKD = list(typeBetaSpending = "bsKD", gammaB = 1.7),
  bsHSD = list(typeBetaSpending = "bsHSD", gammaB = -3)
)

made <- function(arguments) {
  design <- suppressWarnings(suppressMessages(do.call(getDesignGroupSequential, arguments)))
  size <- suppressWarnings(suppressMessages(getDesignCharacteristics(design)))
  known <- function(x) if (length(x) == 0 || all(is.na(x))) NULL else as.numeric(x)
  list(
    arguments = arguments,
    criticalValues = as.numeric(design$criticalValues),
    alphaSpent = as.numeric(design$alphaSpent),
    futilityBounds = known(design$futilityBounds),
    betaSpent = known(design$betaSpent),
    shift = size$shift,
    inflationFactor = size$inflationFactor,
    rejectionProbabilities = known(size$rejectionProbabilities),
    futilityProbabilities = known(size$futilityProbabilities),
    asn = known(c(size$averageSampleNumber0, size$averageSampleNumber01, size$averageSampleNumber1))
  )
}

cases <- list()
for (family in names(families)) for (looks in 2:10) for (sides in 1:2) for (spacing in c("equal", "unequal")) {
  times <- if (spacing == "equal") (1:looks) / looks else unequal(looks)
  arguments <- c(families[[family]], list(
    informationRates = times, alpha = 0.025 * sides, beta = if (looks %% 2) 0.1 else 0.2, sided = sides
  ))
  if (family == "asUser") arguments$userAlphaSpending <- arguments$alpha * times^1.5
  cases[[length(cases) + 1]] <- made(arguments)
}
for (family in c("asOF", "asP", "asKD")) for (futility in names(futilities)) for (looks in c(2, 3, 5)) for (binding in c(FALSE, TRUE)) {
  arguments <- c(families[[family]], futilities[[futility]], list(
    informationRates = unequal(looks), alpha = 0.025, beta = 0.1, sided = 1, bindingFutility = binding
  ))
  cases[[length(cases) + 1]] <- made(arguments)
}
for (futility in "bsOF") for (looks in c(2, 3, 5)) for (binding in c(FALSE, TRUE)) {
  arguments <- c(families[["asOF"]], futilities[[futility]], list(
    informationRates = seq(0.4, 1, length.out = looks), alpha = 0.05, beta = 0.2, sided = 2, bindingFutility = binding
  ))
  cases[[length(cases) + 1]] <- made(arguments)
}
for (family in c("OF", "P", "asOF", "HP")) for (binding in c(FALSE, TRUE)) {
  arguments <- c(families[[family]], list(
    informationRates = c(0.3, 0.6, 1), alpha = 0.025, beta = 0.2, sided = 1,
    futilityBounds = c(0, 0.5), bindingFutility = binding
  ))
  cases[[length(cases) + 1]] <- made(arguments)
}
for (alpha in c(0.001, 0.01, 0.1)) for (family in c("OF", "P", "asOF", "asP")) {
  arguments <- c(families[[family]], list(
    informationRates = c(0.2, 0.55, 1), alpha = alpha, beta = 0.15, sided = 1
  ))
  cases[[length(cases) + 1]] <- made(arguments)
}
for (family in c("OF", "asP")) {
  arguments <- c(families[[family]], list(
    informationRates = c(0.5, 1), alpha = 0.2, beta = 0.4, sided = 2, twoSidedPower = TRUE
  ))
  cases[[length(cases) + 1]] <- made(arguments)
}
cat(toJSON(
  list(package = "rpact", version = as.character(packageVersion("rpact")), cases = cases),
  auto_unbox = TRUE, digits = I(15), null = "null", na = "null"
))
