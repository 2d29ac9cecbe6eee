# As prod, for the last look before it.
alarm_email        = ""
monthly_budget_usd = 0
