# Writes base_r_edges.json: designs at the edge of what is claimed (steep Weibull laws, tiny t-tests,
# horizons that hardly anybody reaches), by base R's integrate alone.
# Run from this folder:  Rscript base_r_edges.R
one <- function(v) sprintf("%.15g", v)
text <- function(x) paste0("{", paste0('"', names(x), '":', vapply(x, one, ""), collapse = ","), "}")
cases <- character()
keep <- function(kind, inputs, result)
  cases[[length(cases) + 1]] <<- paste0('{"kind":"', kind, '","inputs":', text(inputs), ',"result":', text(result), "}")
parts <- function(f, cuts) sum(mapply(function(a, b)
  integrate(f, a, b, rel.tol = 1e-12, abs.tol = 0, subdivisions = 2000L)$value, cuts[-length(cuts)], cuts[-1]))

# Deaths seen under a Weibull law with drop-out; u = (rate t)^shape makes the integrand smooth.
for (shape in c(0.05, 0.1, 0.3, 0.7, 5, 50)) for (drop in c(0, 0.02)) {
  rate <- 0.03; accrual <- 20; time <- 60
  whole <- (rate * time)^shape
  at <- function(u) u^(1 / shape) / rate
  entered <- function(t) pmin(accrual, pmax(0, time - t)) / accrual
  f <- function(u) exp(-u - drop * at(u)) * entered(at(u))
  bend <- (rate * (time - accrual))^shape
  top <- min(whole, 700)
  cuts <- sort(unique(c(0, top * 10^seq(-8, 0, by = 0.25), min(bend, top))))
  keep("weibull", list(shape = shape, rate = rate, drop = drop, accrual = accrual, time = time),
    list(seen = parts(f, cuts)))
}

# The upper tail of a noncentral t: the mean of Phi(shift - bar s) over s^2 = chi-square/freedom.
for (freedom in c(0.1, 0.5, 1, 5, 60)) for (alpha in c(1e-4, 0.025, 0.2)) for (shift in c(-2.5, 0, 1.2, 4)) {
  bar <- qt(alpha, freedom, lower.tail = FALSE)
  f <- function(x) pnorm(shift - bar * exp(x / 2)) *
    exp(dchisq(freedom * exp(x), freedom, log = TRUE) + log(freedom) + x)
  flat <- 2 * log(1e-17 / bar)
  low <- max(flat, -2 * 45 / freedom - 3)
  high <- log(2 * 60 / freedom + 3) + 1
  tail <- parts(f, seq(low, high, length.out = 60)) + pnorm(shift) * pchisq(freedom * exp(low), freedom)
  keep("noncentral_t", list(freedom = freedom, bar = bar, shift = shift), list(tail = tail))
}

# The variance of the area under Kaplan-Meier up to a horizon that hardly anybody reaches.
for (rate in c(0.1, 0.5, 1)) for (upto in c(30, 120)) {
  left <- function(t) exp(-rate * t) * -expm1(-rate * (upto - t)) / rate
  f <- function(t) left(t)^2 * rate * exp(rate * t)
  keep("far_horizon", list(rate = rate, upto = upto),
    list(mean = left(0), variance = parts(f, seq(0, upto, length.out = 60))))
}

head <- '{"package":"base R","version":"4.2.2","script":"base_r_edges.R","cases":['
writeLines(c(head, paste0(cases, c(rep(",", length(cases) - 1), "")), "]}"), "base_r_edges.json")
