# An address, or "none" if nobody is to get mails: prod is not deployed while this is empty.
alarm_email        = ""
monthly_budget_usd = 0
