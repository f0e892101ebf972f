"""The programme: its years, budget, benefit targets, measures, reach and decisions."""
