"""The audit log: who changed what, when and from which phone, in a chain that shows tampering."""
