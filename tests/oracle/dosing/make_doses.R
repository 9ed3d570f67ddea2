# Doses of 10,000 people drawn at random, from the formulas as the papers print them.
# Run once: Rscript tests/oracle/dosing/make_doses.R tests/oracle/dosing/doses_r.csv.xz
# Nothing of Equipoise is used. Base R alone.
set.seed(20261129, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
n <- 10000
between <- function(x, low, high) pmin(pmax(x, low), high)
sex <- sample(c("F", "M"), n, replace = TRUE)
height <- round(between(rnorm(n, ifelse(sex == "M", 179, 166), 8), 140, 210), 1)
weight <- round(between(rnorm(n, 26, 5), 15, 55) * (height / 100)^2, 1)
age <- sample(30:85, n, replace = TRUE)
creatinine <- round(between(exp(rnorm(n, log(85), 0.35)), 35, 400))
rate <- sample(c(0.06, 0.08, 0.10, 0.12), n, replace = TRUE)
reservoir <- sample(c(20, 30), n, replace = TRUE)
flow <- sample(c(1.0, 1.1, 1.2, 1.3, 1.4), n, replace = TRUE)

# Mosteller 1987: the root of height times weight by 3,600. Du Bois 1916 by logarithms, in cm2.
mosteller <- exp((log(height) + log(weight) - log(3600)) / 2)
du_bois <- 10^(0.425 * log10(weight) + 0.725 * log10(height) + log10(71.84)) / 1e4
# Devine 1974, in inches; dosing weight: above 1.35 times the ideal one, half of the excess counts.
ideal <- ifelse(sex == "M", 50, 45.5) + 2.3 * (height - 5 * 12 * 2.54) / 2.54
excess <- weight - ideal
dosing <- ifelse(weight / ideal > 1.35, ideal + excess / 2, weight)
# Cockcroft and Gault 1976 with creatinine in mg/dL, 88.4 umol/L each.
clearance <- (140 - age) * weight * ifelse(sex == "F", 0.85, 1) * 88.4 / 72 / creatinine
# The pump: mg a day, over the mL a day that carry them, is the strength; times the reservoir.
load <- (rate * dosing / flow) * reservoir

half_up <- function(x, step) step * floor(x / step + 0.5 + 1e-9)
per_m2 <- function(dose, step, surface = mosteller) half_up(dose * surface, step)
cape <- ifelse(clearance > 50, 1000, ifelse(clearance >= 30, 750, 0))
answers <- data.frame(
  sex, height, weight, age, creatinine, rate, reservoir, flow,
  bsa = round(mosteller, 6), du_bois = round(du_bois, 6),
  ideal_weight = round(ideal, 4), dosing_weight = round(dosing, 4),
  creatinine_clearance = round(clearance, 3), load = round(load, 4), load_rounded = half_up(load, 5),
  oxaliplatin_85 = per_m2(85, 5), oxaliplatin_130 = per_m2(130, 5),
  oxaliplatin_85_capped = per_m2(85, 5, pmin(mosteller, 2)),
  irinotecan_180 = per_m2(180, 5), irinotecan_165 = per_m2(165, 5),
  irinotecan_150 = per_m2(150, 5),
  folinic_acid = per_m2(400, 10), fluorouracil_bolus = per_m2(400, 25),
  fluorouracil_2400 = per_m2(2400, 50), fluorouracil_3200 = per_m2(3200, 50),
  capecitabine_1000 = per_m2(1000, 150), capecitabine = per_m2(cape, 150),
  bevacizumab_5 = half_up(weight * 5, 5), bevacizumab_7_5 = half_up(weight * 7.5, 5)
)
out <- xzfile(commandArgs(trailingOnly = TRUE)[1], "wt", compression = -9)
write.csv(answers, out, row.names = FALSE, quote = FALSE)
close(out)
