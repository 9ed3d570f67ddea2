# Dose intensities of 400 courses drawn at random, as the paper defines them.
# Run once: Rscript tests/oracle/dosing/make_intensity.R intensity_r.csv, and packed by xz -9
# Nothing of Equipoise is used. Base R alone.
set.seed(20261129, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
rows <- list()
for (course in 1:400) {
  cycles <- sample(1:12, 1)
  every <- sample(c(7, 14, 21, 28), 1)
  delays <- sample(c(0, 0, 0, 7, 14), cycles, replace = TRUE)
  day <- cumsum(c(0, (every + delays)[-1]))[seq_len(cycles)]
  full <- round(runif(1, 100, 5000) * runif(cycles, 0.95, 1.05), 1)
  given <- 5 * floor(full * sample(c(0, 0.5, 0.8, 1, 1), cycles, replace = TRUE) / 5 + 0.5)
  size <- round(runif(cycles, 1.4, 2.4), 2)
  # Each week of the course is one row of a calendar; what was given is spread over them.
  calendar <- seq(0, day[cycles] + every - 1)
  a_week <- mean(replace(numeric(length(calendar)), day + 1, given)) * 7
  planned <- weighted.mean(full / every, rep(every, cycles)) * 7
  rows[[course]] <- data.frame(
    course, day, every, given, full, size,
    total = sum(given), weeks = length(calendar) / 7, a_week, planned_a_week = planned,
    relative = exp(log(a_week) - log(planned)) * 100, total_by_size = sum(given / size)
  )
}
write.csv(format(do.call(rbind, rows), digits = 12, trim = TRUE),
          commandArgs(TRUE)[1], row.names = FALSE, quote = FALSE)
