"""Wellbeing tickets and wristbands: stock, hand-out and use."""
