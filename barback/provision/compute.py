"""Roles, and functions with their log groups and what surrounds their invocation."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from barback.provision.resource import Context, Description, Resource
from barback.provision.storage import missing, tag_list, untag
from barback.stack.policy import Entry, policy, trust

POLICY_NAME = "what-it-needs"


class Role(Resource):
    """Of a function, or of another owner of a role."""

    def wanted(self) -> Description:
        stack, names = self.context.stack, self.context.names
        document = policy(stack, self.name, names)
        return {
            "trust": trust(stack, self.name),
            "policies": {POLICY_NAME: document},
            "tags": self.context.tags(),
        }

    def observed(self) -> Description | None:
        iam, role = self.context.client("iam"), self.context.names.role(self.name)
        try:
            there = iam.get_role(RoleName=role)["Role"]
        except ClientError as error:
            missing(error, "NoSuchEntity")
            return None
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        policies = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
        return {
            "trust": _document(there["AssumeRolePolicyDocument"]),
            "policies": {name: _document(document) for name, document in policies.items()},
            "tags": untag(there.get("Tags", [])),
        }

    def apply(self, observed: Description | None) -> None:
        iam, role, wanted = self.context.client("iam"), self.context.names.role(self.name), self.wanted()
        if observed is None:
            trust, tags = json.dumps(wanted["trust"]), tag_list(wanted["tags"])
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust, Tags=tags)
        else:
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(wanted["trust"]))
            iam.tag_role(RoleName=role, Tags=tag_list(wanted["tags"]))
        for name, document in wanted["policies"].items():
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def _document(value: Any) -> Any:
    return json.loads(unquote(value)) if isinstance(value, str) else value


def environment(context: Context, owner: Entry) -> dict[str, str]:
    """The environment variables of an owner of a role: the names of what it has permissions on, and its own options."""
    names, variables = context.names, {}
    for permission in owner["permissions"]:
        if bucket := permission["bucket"]:
            variables[f"BUCKET_{bucket.upper().replace('-', '_')}"] = names.bucket(bucket)
        elif table := permission["table"]:
            variables[f"TABLE_{table.upper()}"] = names.table(table)
        elif queue := permission["queue"]:
            answer = context.client("sqs").get_queue_url(QueueName=names.queue(queue))
            variables[f"QUEUE_{queue.upper()}"] = answer["QueueUrl"]
    own = {key: context.environment.get(key, value) for key, value in owner.get("environment", {}).items()}
    return variables | own


class OfFunction(Resource):
    """Something that each function in the stack has one of."""

    @property
    def entry(self) -> Entry:
        entry: Entry = self.context.stack["functions"][self.name]
        return entry

    @property
    def real(self) -> str:
        return self.context.names.function(self.name)


class LogGroup(OfFunction):
    @property
    def label(self) -> str:
        return f"log group {self.name}"

    def wanted(self) -> Description:
        return {"retention": self.entry["log_retention_days"], "tags": self.context.tags()}

    def observed(self) -> Description | None:
        logs, group = self.context.client("logs"), self.context.names.log_group(self.name)
        groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        for there in groups:
            if there["logGroupName"] == group:
                tags = logs.list_tags_log_group(logGroupName=group)["tags"]
                return {"retention": there.get("retentionInDays"), "tags": tags}
        return None

    def apply(self, observed: Description | None) -> None:
        logs, group = self.context.client("logs"), self.context.names.log_group(self.name)
        if observed is None:
            logs.create_log_group(logGroupName=group, tags=self.context.tags())
        logs.put_retention_policy(logGroupName=group, retentionInDays=self.entry["log_retention_days"])
        logs.tag_log_group(logGroupName=group, tags=self.context.tags())


class Function(OfFunction):
    # In Docker, the image that functions run in is pulled before the first one is active.
    patience = 30.0

    def wanted(self) -> Description:
        digest = base64.b64encode(hashlib.sha256(self.context.package).digest()).decode()
        return {
            **self._configuration(),
            "Runtime": self.context.runtime,
            "Architectures": [self.context.architecture],
            "CodeSha256": digest,
            "concurrency": self.entry["concurrency"],
            "tags": self.context.tags(),
            "State": "Active",
            "LastUpdateStatus": "Successful",
        }

    def observed(self) -> Description | None:
        client = self.context.client("lambda")
        try:
            answer = client.get_function(FunctionName=self.real)
        except ClientError as error:
            missing(error, "ResourceNotFoundException")
            return None
        there = answer["Configuration"]
        if there["State"] == "Failed":
            raise RuntimeError(there.get("StateReason") or "its state is Failed")
        fields = ("Handler", "Description", "Role", "Timeout", "MemorySize", "Runtime", "Architectures", "CodeSha256")
        return {
            **{field: there.get(field) for field in (*fields, "State", "LastUpdateStatus")},
            "Environment": there.get("Environment", {}).get("Variables", {}),
            "concurrency": answer.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
            "tags": answer.get("Tags", {}),
        }

    def apply(self, observed: Description | None) -> None:
        client, name, wanted = self.context.client("lambda"), {"FunctionName": self.real}, self.wanted()
        settings = self._configuration() | {"Environment": {"Variables": wanted["Environment"]}}
        code = {"ZipFile": self.context.package}
        if observed is None:
            client.create_function(
                **name,
                **settings,
                Runtime=wanted["Runtime"],
                Architectures=wanted["Architectures"],
                Code=code,
                Tags=wanted["tags"],
            )
        else:
            # Each update replaces the version that serves, so only those that are needed.
            again = observed["LastUpdateStatus"] == "Failed"
            if again or any(observed[field] != wanted[field] for field in (*settings, "Runtime")):
                client.update_function_configuration(**name, **settings, Runtime=wanted["Runtime"])
                client.get_waiter("function_updated").wait(**name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
            if again or any(observed[field] != wanted[field] for field in ("CodeSha256", "Architectures")):
                client.update_function_code(**name, **code, Architectures=wanted["Architectures"])
            client.tag_resource(Resource=self.context.names.function_arn(self.name), Tags=wanted["tags"])
        if wanted["concurrency"] is not None:
            client.put_function_concurrency(**name, ReservedConcurrentExecutions=wanted["concurrency"])
        elif observed and observed["concurrency"] is not None:
            client.delete_function_concurrency(**name)

    def _configuration(self) -> dict[str, Any]:
        return {
            "Handler": self.entry["handler"],
            "Description": self.entry["description"],
            "Role": self.context.names.role_arn(self.name),
            "Timeout": self.entry["timeout"],
            "MemorySize": self.entry["memory"],
            "Environment": environment(self.context, self.entry),
        }


class Retries(OfFunction):
    """What Lambda does with an asynchronous event whose function raised."""

    @property
    def label(self) -> str:
        return f"retries of {self.name}"

    def wanted(self) -> Description:
        queue = self.entry["failed_events"]
        return {
            "MaximumRetryAttempts": self.entry["retries"],
            "MaximumEventAgeInSeconds": self.entry["event_age"],
            "OnFailure": self.context.names.queue_arn(queue) if queue else None,
        }

    def observed(self) -> Description | None:
        try:
            there = self.context.client("lambda").get_function_event_invoke_config(FunctionName=self.real)
        except ClientError as error:
            missing(error, "ResourceNotFoundException")
            return None
        return {
            "MaximumRetryAttempts": there.get("MaximumRetryAttempts"),
            "MaximumEventAgeInSeconds": there.get("MaximumEventAgeInSeconds"),
            "OnFailure": there.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        }

    def apply(self, observed: Description | None) -> None:
        wanted = self.wanted()
        destination = {"OnFailure": {"Destination": wanted["OnFailure"]}} if wanted["OnFailure"] else {}
        self.context.client("lambda").put_function_event_invoke_config(
            FunctionName=self.real,
            MaximumRetryAttempts=wanted["MaximumRetryAttempts"],
            MaximumEventAgeInSeconds=wanted["MaximumEventAgeInSeconds"],
            DestinationConfig=destination,
        )
