"""The follow-up report (seurantaraportti): figures from the data, words from people, versions kept."""
