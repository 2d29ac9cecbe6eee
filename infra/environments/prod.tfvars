# Set both before the first deployment: an alarm that reaches nobody is none.
alarm_email        = ""
monthly_budget_usd = 0
