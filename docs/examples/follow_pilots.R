# What each park of each pilot has cost and how many children ate there, read from the API with R and jsonlite.
#
#   PILOT_OPS_URL=https://pilot.example.fi PILOT_OPS_TOKEN=pilotops_... Rscript follow_pilots.R > pilots.csv
#
# The token needs costs:read and meals:read. An administrator makes it: on the page API, or with
# pilot-ops token create "follow pilots" --scope "costs:read meals:read".

library(jsonlite)

server <- Sys.getenv("PILOT_OPS_URL", "http://127.0.0.1:8000")
token <- Sys.getenv("PILOT_OPS_TOKEN")

# What an address tells. The token travels in a header, never in the address.
tell <- function(address) {
  connection <- url(address, headers = c(Authorization = paste("Bearer", token)))
  on.exit(close(connection))
  fromJSON(paste(readLines(connection, warn = FALSE, encoding = "UTF-8"), collapse = "\n"))
}

# Everything in a list, page by page.
tell_list <- function(path) {
  address <- paste0(server, "/api/v1", path)
  pages <- list()
  while (!is.null(address)) {
    page <- tell(address)
    if (length(page$data) > 0) pages[[length(pages) + 1]] <- page$data
    address <- page[["next"]]
  }
  do.call(rbind, pages)
}

# A line for each park of a pilot. Money comes as text, so that no cent is lost; as.numeric() makes it a number.
park_lines <- function(pilot_id) {
  costs <- tell(paste0(server, "/api/v1/pilots/", pilot_id, "/costs"))
  days <- tell_list(paste0("/meal-days?limit=1000&pilot=", pilot_id))
  served <- days[days$first_portions > 0, ]
  children <- tapply(served$first_portions, served$park, mean)
  data.frame(
    pilot = costs$pilot,
    park = costs$parks$park,
    as_of = costs$as_of,
    costs$parks[c("estimate_to_date", "actual_to_date", "variance", "cost_per_meal")],
    children_a_day = one_place(unname(children[costs$parks$park]))
  )
}

# A number with one decimal; nothing where there is none.
one_place <- function(number) ifelse(is.na(number), NA, sprintf("%.1f", number))

# A name as CSV has it: in quotation marks where it holds a comma or quotation marks of its own.
cell <- function(text) ifelse(grepl("[\",\n]", text), paste0("\"", gsub("\"", "\"\"", text), "\""), text)

lines <- do.call(rbind, lapply(tell_list("/pilots")$id, park_lines))
lines[c("pilot", "park")] <- lapply(lines[c("pilot", "park")], cell)
write.table(lines, sep = ",", quote = FALSE, row.names = FALSE, na = "")
