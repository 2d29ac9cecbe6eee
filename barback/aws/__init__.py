"""TARGET=aws: Terraform and the commands around it. Nothing here changes what costs money without asking."""
