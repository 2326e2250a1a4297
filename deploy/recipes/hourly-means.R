# The last week of the air temperature as hourly means: the highest and lowest hour of each datastream. Base R, no packages.
base <- Sys.getenv("MEETBRUG_URL", "http://127.0.0.1:8080")
instant <- function(time) format(time, "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
week <- paste0("from=", instant(Sys.time() - 7 * 86400), "&to=", instant(Sys.time()))
url <- paste0(base, "/api/v1/observations?property=air-temperature&", week, "&every=PT1H&aggregate=mean&format=csv")
rows <- read.csv(url)
rows$begin <- as.POSIXct(rows$begin, format = "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
hours <- aggregate(mean ~ datastream, rows, function(value) c(lowest = min(value), highest = max(value), hours = length(value)))
write.csv(do.call(data.frame, hours), row.names = FALSE)
