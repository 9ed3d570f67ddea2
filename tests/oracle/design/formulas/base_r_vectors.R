# Writes base_r_vectors.json: what no package in Debian computes, by base R alone (integrate at a
# relative 1e-12 between the bends, fisher.test over every outcome, power.t.test strict).
# Run from this folder:  Rscript base_r_vectors.R
text <- function(x) {
  if (is.list(x)) {
    body <- mapply(function(k, v) paste0('"', k, '":', text(v)), names(x), x)
    return(paste0("{", paste(body, collapse = ","), "}"))
  }
  one <- function(v) if (is.character(v)) paste0('"', v, '"') else sprintf("%.15g", v)
  if (length(x) == 1) one(x) else paste0("[", paste(vapply(x, one, ""), collapse = ","), "]")
}
cases <- character()
keep <- function(kind, inputs, result)
  cases[[length(cases) + 1]] <<- text(list(kind = kind, inputs = inputs, result = result))

rate_at <- function(t, s, l) l[findInterval(t, s)]
cumulative <- function(t, s, l) vapply(t, function(x)
  sum(l * pmax(0, pmin(x, c(s[-1], Inf)) - s)), 0)
between <- function(f, bends, to) {
  cuts <- c(0, sort(unique(bends[bends > 0 & bends < to])), to)
  sum(mapply(function(a, b) integrate(f, a, b, rel.tol = 1e-12, subdivisions = 2000L)$value,
    cuts[-length(cuts)], cuts[-1]))
}
entered <- function(u, ends, rates) vapply(u, function(x)
  sum(rates * pmax(0, pmin(x, ends) - c(0, ends[-length(ends)]))), 0)

# Two ways a trial may run: hazards of control, of treatment, drop-out, accrual, ratio.
settings <- list(
  list(s0 = 0, l0 = 0.03, s1 = 0, l1 = 0.02, d0 = 0, d1 = 0, ends = 48, rates = 6, ratio = 1),
  list(s0 = c(0, 6, 18), l0 = c(0.02, 0.04, 0.03), s1 = c(0, 4, 12), l1 = c(0.025, 0.03, 0.012),
    d0 = 0.004, d1 = 0.008, ends = c(6, 12, 40), rates = c(2, 5, 9), ratio = 2),
  list(s0 = c(0, 10), l0 = c(0.05, 0.02), s1 = c(0, 3), l1 = c(0.07, 0.015), d0 = 0.01, d1 = 0.002,
    ends = c(20, 30), rates = c(10, 4), ratio = 0.5))

for (z in settings) for (time in c(15, 44, 70)) {
  arm <- function(s, l, d, part, a, b) part * between(function(x) entered(time - x, z$ends, z$rates) *
    rate_at(x, s, l) * exp(-cumulative(x, s, l) - d * x) * (x >= a & x < b),
    c(s, a, b, time - c(0, z$ends)), time)
  p1 <- z$ratio / (1 + z$ratio)
  starts <- sort(unique(c(z$s0, z$s1)))
  stops <- c(starts[-1], 1e9)
  use <- starts < time
  e0 <- mapply(function(a, b) arm(z$s0, z$l0, z$d0, 1 - p1, a, b), starts[use], stops[use])
  e1 <- mapply(function(a, b) arm(z$s1, z$l1, z$d1, p1, a, b), starts[use], stops[use])
  lhr <- log(rate_at(starts[use], z$s1, z$l1) / rate_at(starts[use], z$s0, z$l0))
  keep("average_ratio", c(z, list(time = time)), list(control = sum(e0), treatment = sum(e1),
    ahr = exp(sum(lhr * (e0 + e1)) / sum(e0 + e1)), information = sum(e0 * e1 / (e0 + e1)),
    null_information = sum(e0 + e1) * p1 * (1 - p1)))
}

# RMST and milestones: means, variances times the number in the arm.
for (z in settings) for (duration in c(50, 84)) for (at in c(12, 36)) {
  one <- function(s, l, d) {
    S <- function(x) exp(-cumulative(x, s, l))
    area <- function(a) vapply(a, function(y) between(S, s, at) - if (y > 0) between(S, s, y) else 0, 0)
    G <- function(x) exp(-d * x) * entered(duration - x, z$ends, z$rates) / entered(duration, z$ends, z$rates)
    bends <- c(s, duration - c(0, z$ends))
    list(mean = area(0), alive = S(at),
      area_variance = between(function(x) area(x)^2 * rate_at(x, s, l) / (S(x) * G(x)), bends, at),
      greenwood = between(function(x) rate_at(x, s, l) / (S(x) * G(x)), bends, at))
  }
  keep("kept", c(z, list(duration = duration, at = at)),
    list(control = one(z$s0, z$l0, z$d0), treatment = one(z$s1, z$l1, z$d1)))
}

# Mixture cure, with Weibull and exponential laws of the uncured.
for (shape in c(1, 0.8, 1.6)) for (time in c(30, 72)) {
  p0 <- 0.2; p1 <- 0.35; r0 <- 0.04; r1 <- 0.03; drop <- 0.004
  f <- function(x, p, r) (1 - p) * shape * r * (r * x)^(shape - 1) * exp(-(r * x)^shape)
  S <- function(x, p, r) p + (1 - p) * exp(-(r * x)^shape)
  seen <- function(p, r, w = function(x) 1) between(function(x) entered(time - x, 36, 8) / 2 *
    f(x, p, r) * exp(-drop * x) * w(x), time - 36, time)
  lhr <- function(x) log(f(x, p1, r1) / S(x, p1, r1) / (f(x, p0, r0) / S(x, p0, r0)))
  e0 <- seen(p0, r0); e1 <- seen(p1, r1)
  keep("cure", list(p0 = p0, p1 = p1, r0 = r0, r1 = r1, shape = shape, drop = drop, accrual = 36,
    rate = 8, time = time), list(control = e0, treatment = e1,
    ahr = exp((seen(p0, r0, lhr) + seen(p1, r1, lhr)) / (e0 + e1))))
}

# Lachin and Foulkes (1986): ratio, margin, drop-out.
for (ratio in c(0.5, 1, 3)) for (null in c(1, 1.3)) for (hr in c(0.6, 0.9)) {
  eta0 <- 0.003; eta1 <- 0.006; lambda <- 0.03; R <- 40; time <- 70; q1 <- ratio / (1 + ratio)
  chance <- function(l, eta) between(function(u) l / (l + eta) * (1 - exp(-(l + eta) * (time - u))) / R, 0, R)
  middle <- lambda * (1 + hr * ratio) / (1 + null * ratio)
  spread <- function(c0, c1) sqrt(1 / ((1 - q1) * c0) + 1 / (q1 * c1))
  n <- ((qnorm(0.975) * spread(chance(middle, eta0), chance(middle * null, eta1)) +
    qnorm(0.9) * spread(chance(lambda, eta0), chance(lambda * hr, eta1))) / log(hr / null))^2
  keep("lachin_foulkes", list(ratio = ratio, null = null, hr = hr, eta0 = eta0, eta1 = eta1,
    lambda = lambda, accrual = R, time = time, power = 0.9, alpha = 0.025),
    list(subjects = n, events = n * ((1 - q1) * chance(lambda, eta0) + q1 * chance(lambda * hr, eta1))))
}

# Exact power of tests of two shares.
for (n in list(c(12, 15), c(30, 20))) for (p in list(c(0.2, 0.5), c(0.6, 0.35), c(0.3, 0.3)))
  for (sided in 1:2) {
    way <- if (sided == 2) "two.sided" else if (p[2] >= p[1]) "greater" else "less"
    hit <- matrix(0, 3, 1)
    for (x0 in 0:n[1]) for (x1 in 0:n[2]) {
      w <- dbinom(x0, n[1], p[1]) * dbinom(x1, n[2], p[2])
      f <- fisher.test(matrix(c(x1, n[2] - x1, x0, n[1] - x0), 2), alternative = way)$p.value
      d <- (x1 / n[2] - x0 / n[1]) * (if (p[2] >= p[1]) 1 else -1)
      m <- (x0 + x1) / sum(n)
      z <- d / sqrt(c(m * (1 - m) * sum(1 / n),
        x0 / n[1] * (1 - x0 / n[1]) / n[1] + x1 / n[2] * (1 - x1 / n[2]) / n[2]))
      z[is.nan(z)] <- 0
      bar <- qnorm(1 - 0.05 / sided)
      over <- if (sided == 2) abs(z) >= bar else z >= bar
      hit <- hit + w * c(f <= 0.05, over)
    }
    keep("exact", list(n0 = n[1], n1 = n[2], p0 = p[1], p1 = p[2], sided = sided, alpha = 0.05),
      list(fisher = hit[1], pooled = hit[2], unpooled = hit[3]))
  }

# The t-test with both its sides counted.
for (n in c(6, 20, 60)) for (delta in c(0.1, 0.6)) {
  w <- power.t.test(n = n, delta = delta, sd = 1, sig.level = 0.05, strict = TRUE)
  keep("t_strict", list(n = n, delta = delta), list(power = w$power))
}

head <- '{"package":"base R","version":"4.2.2","script":"base_r_vectors.R","cases":['
writeLines(c(head, paste0(cases, c(rep(",", length(cases) - 1), "")), "]}"), "base_r_vectors.json")
