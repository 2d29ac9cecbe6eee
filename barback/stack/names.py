"""What the stack's resources are really called. The only place that makes a name or an ARN.

Also runs inside LocalStack, as part of the ready hook: standard library only.
"""

from dataclasses import dataclass

# What every local engine takes for credentials, and the account they then belong to.
LOCAL_ACCOUNT = "000000000000"
LOCAL_KEY = "test"
# On AWS: the alias of every function (infra/functions.tf), and the bucket for the package (infra/stack.tf).
LIVE = "live"
PACKAGES = "packages"


@dataclass(frozen=True)
class Names:
    prefix: str
    account: str
    region: str
    # Bucket names are shared by everyone on AWS, so there they end in the account's number.
    bucket_suffix: str = ""
    partition: str = "aws"
    # The version of a function that is called: on AWS the one that this alias points at.
    alias: str = ""

    @classmethod
    def local(cls, stack_name: str, region: str) -> "Names":
        return cls(prefix=stack_name, account=LOCAL_ACCOUNT, region=region)

    @classmethod
    def aws(cls, stack_name: str, env: str, account: str, region: str, partition: str = "aws") -> "Names":
        return cls(f"{stack_name}-{env}", account, region, f"-{account}", partition, alias=LIVE)

    def bucket(self, short: str) -> str:
        return f"{self.prefix}-{short}{self.bucket_suffix}"

    def table(self, short: str) -> str:
        return f"{self.prefix}-{short}"

    queue = function = rule = role = table

    def called(self, function: str) -> str:
        """How to call a function so that the version answers that triggers start."""
        return f"{self.function(function)}:{self.alias}" if self.alias else self.function(function)

    def log_group(self, function: str) -> str:
        return f"/aws/lambda/{self.function(function)}"

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def bucket_arn(self, short: str) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket(short)}"

    def table_arn(self, short: str) -> str:
        return self.arn("dynamodb", f"table/{self.table(short)}")

    def queue_arn(self, short: str) -> str:
        return self.arn("sqs", self.queue(short))

    def function_arn(self, short: str) -> str:
        return self.arn("lambda", f"function:{self.function(short)}")

    def rule_arn(self, short: str) -> str:
        return self.arn("events", f"rule/{self.rule(short)}")

    def role_arn(self, short: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role(short)}"
