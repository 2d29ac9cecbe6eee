# A copy to try things in: nobody is woken by it.
alarm_email        = ""
monthly_budget_usd = 0
