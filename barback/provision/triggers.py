"""What starts functions: uploads, queues, schedules and HTTP requests, each with the permission that it needs."""

import json
from typing import Any
from urllib.parse import quote_plus

from botocore.exceptions import ClientError

from barback.provision.compute import OfFunction
from barback.provision.resource import Description, Resource
from barback.provision.storage import missing, tag_list, untag

# The name that AWS itself gives to this statement.
PUBLIC = "FunctionURLAllowPublicAccess"
# How long a browser may remember what it was told about an address.
CORS_SECONDS = 300


class Permissions(OfFunction):
    """Who may invoke a function: the buckets and rules that trigger it, each named exactly; anyone, by its address."""

    @property
    def label(self) -> str:
        return f"permissions to invoke {self.name}"

    def wanted(self) -> Description:
        public = {
            PUBLIC: {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "lambda:InvokeFunctionUrl",
                "Resource": self.context.names.function_arn(self.name),
                "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
            }
        }
        return (public if http_trigger(self.entry) else {}) | {
            statement: {
                "Effect": "Allow",
                "Principal": {"Service": principal},
                "Action": "lambda:InvokeFunction",
                "Resource": self.context.names.function_arn(self.name),
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": self.context.names.account},
                    "ArnLike": {"AWS:SourceArn": source},
                },
            }
            for statement, principal, source in self._invokers()
        }

    def observed(self) -> Description | None:
        try:
            answer = self.context.client("lambda").get_policy(FunctionName=self.real)
        except ClientError as error:
            missing(error, "ResourceNotFoundException")
            return {}  # a function without a policy and a policy without statements are the same
        statements = json.loads(answer["Policy"])["Statement"]
        return {statement.pop("Sid"): statement for statement in statements}

    def apply(self, observed: Description | None) -> None:
        client, wanted = self.context.client("lambda"), self.wanted()
        for statement in [name for name, there in (observed or {}).items() if wanted.get(name) != there]:
            client.remove_permission(FunctionName=self.real, StatementId=statement)
        for statement, principal, source in self._invokers():
            if (observed or {}).get(statement) != wanted[statement]:
                client.add_permission(
                    FunctionName=self.real,
                    StatementId=statement,
                    Action="lambda:InvokeFunction",
                    Principal=principal,
                    SourceArn=source,
                    SourceAccount=self.context.names.account,
                )
        if PUBLIC in wanted and (observed or {}).get(PUBLIC) != wanted[PUBLIC]:
            client.add_permission(
                FunctionName=self.real,
                StatementId=PUBLIC,
                Action="lambda:InvokeFunctionUrl",
                Principal="*",
                FunctionUrlAuthType="NONE",
            )

    def _invokers(self) -> list[tuple[str, str, str]]:
        names, found = self.context.names, []
        for bucket in dict.fromkeys(trigger["bucket"] for trigger in self.entry["triggers"] if "bucket" in trigger):
            found.append((f"bucket-{bucket}", "s3.amazonaws.com", names.bucket_arn(bucket)))
        for name, _ in schedules(self.name, self.entry):
            found.append((f"rule-{name}", "events.amazonaws.com", names.rule_arn(name)))
        return found


class Notifications(Resource):
    """Which uploads to a bucket start which functions. S3 keeps one configuration a bucket, replaced as a whole."""

    @property
    def label(self) -> str:
        return f"notifications of bucket {self.name}"

    def wanted(self) -> Description:
        return {
            "functions": sorted(
                (self.context.names.function_arn(name), trigger["prefix"], trigger["suffix"])
                for name, function in self.context.stack["functions"].items()
                for trigger in function["triggers"]
                if trigger.get("bucket") == self.name
            )
        }

    def observed(self) -> Description | None:
        bucket = self.context.names.bucket(self.name)
        there = self.context.client("s3").get_bucket_notification_configuration(Bucket=bucket)
        found = []
        for entry in there.get("LambdaFunctionConfigurations", []):
            rules = {
                r["Name"].lower(): r["Value"] for r in entry.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            }
            found.append((entry["LambdaFunctionArn"], rules.get("prefix", ""), rules.get("suffix", "")))
        return {"functions": sorted(found)}

    def apply(self, observed: Description | None) -> None:
        configurations = [
            {
                "LambdaFunctionArn": arn,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {
                    "Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]}
                },
            }
            for arn, prefix, suffix in self.wanted()["functions"]
        ]
        self.context.client("s3").put_bucket_notification_configuration(
            Bucket=self.context.names.bucket(self.name),
            NotificationConfiguration={"LambdaFunctionConfigurations": configurations},
        )
        if observed and not observed["functions"]:
            self._catch_up()

    def _catch_up(self) -> None:
        """Sends what was uploaded while nobody was told of it yet. An event too many does no harm to a flow."""
        s3, functions = self.context.client("s3"), self.context.client("lambda")
        bucket = self.context.names.bucket(self.name)
        for arn, prefix, suffix in self.wanted()["functions"]:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    if found["Key"].endswith(suffix):
                        payload = json.dumps(_created(bucket, found)).encode()
                        functions.invoke(FunctionName=arn, InvocationType="Event", Payload=payload)


def _created(bucket: str, found: dict[str, Any]) -> dict[str, Any]:
    """The event that S3 would have sent of an object that a listing has found."""
    entry = {"key": quote_plus(found["Key"]), "size": found["Size"], "eTag": found["ETag"].strip('"')}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": found["LastModified"].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "s3": {"bucket": {"name": bucket}, "object": entry},
    }
    return {"Records": [record]}


class Mappings(OfFunction):
    """The queues a function is fed from, in batches whose messages may fail one by one."""

    @property
    def label(self) -> str:
        return f"queues that feed {self.name}"

    def wanted(self) -> Description:
        return {
            self.context.names.queue_arn(trigger["queue"]): {
                "BatchSize": trigger["batch"],
                "MaximumBatchingWindowInSeconds": trigger["window"],
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "State": "Enabled",
            }
            for trigger in self.entry["triggers"]
            if "queue" in trigger
        }

    def observed(self) -> Description | None:
        return {
            mapping["EventSourceArn"]: {
                "BatchSize": mapping["BatchSize"],
                "MaximumBatchingWindowInSeconds": mapping.get("MaximumBatchingWindowInSeconds", 0),
                "FunctionResponseTypes": mapping.get("FunctionResponseTypes", []),
                "State": mapping["State"],
            }
            for mapping in self._there()
        }

    def apply(self, observed: Description | None) -> None:
        client, wanted = self.context.client("lambda"), self.wanted()
        known = {mapping["EventSourceArn"]: mapping["UUID"] for mapping in self._there()}
        for source, settings in wanted.items():
            settings = {key: value for key, value in settings.items() if key != "State"}
            if source in known:
                client.update_event_source_mapping(UUID=known[source], Enabled=True, **settings)
            else:
                client.create_event_source_mapping(
                    FunctionName=self.real, EventSourceArn=source, Enabled=True, **settings
                )
        for source in known.keys() - wanted.keys():
            client.delete_event_source_mapping(UUID=known[source])

    def _there(self) -> list[dict[str, Any]]:
        answer = self.context.client("lambda").list_event_source_mappings(FunctionName=self.real)
        return [m for m in answer["EventSourceMappings"] if m["State"] != "Deleting"]


class Url(OfFunction):
    """The address of a function with an http trigger: on AWS that is an HTTP API's."""

    @property
    def label(self) -> str:
        return f"address of {self.name}"

    def wanted(self) -> Description:
        trigger = http_trigger(self.entry)
        return {"auth": "NONE", "mode": "BUFFERED", "cors": cors(trigger)} if trigger else {}

    def observed(self) -> Description | None:
        try:
            there = self.context.client("lambda").get_function_url_config(FunctionName=self.real)
        except ClientError as error:
            missing(error, "ResourceNotFoundException")
            return {}  # a function without an address is what most are
        return {"auth": there["AuthType"], "mode": there.get("InvokeMode"), "cors": there.get("Cors", {})}

    def apply(self, observed: Description | None) -> None:
        client, wanted = self.context.client("lambda"), self.wanted()
        if not wanted:
            client.delete_function_url_config(FunctionName=self.real)
            return
        change = client.update_function_url_config if observed else client.create_function_url_config
        change(FunctionName=self.real, AuthType=wanted["auth"], InvokeMode=wanted["mode"], Cors=wanted["cors"])


def http_trigger(function: dict[str, Any]) -> dict[str, Any] | None:
    return next((trigger for trigger in function["triggers"] if "http" in trigger), None)


def cors(trigger: dict[str, Any]) -> dict[str, Any]:
    """Which pages of other sites may call an address, in the words of a function URL."""
    if not trigger["origins"]:
        return {}
    return {
        "AllowCredentials": False,
        "AllowOrigins": trigger["origins"],
        "AllowMethods": trigger["methods"],
        "MaxAge": CORS_SECONDS,
    }


def schedules(name: str, function: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """A function's schedules, each with the name of its rule."""
    triggers = [trigger for trigger in function["triggers"] if "schedule" in trigger]
    return [(name if len(triggers) == 1 else f"{name}-{i}", trigger) for i, trigger in enumerate(triggers, start=1)]


class Rule(Resource):
    """A schedule: an EventBridge rule with the function as its target and its payload."""

    def __init__(self, context: Any, name: str, function: str, trigger: dict[str, Any]) -> None:
        super().__init__(context, name)
        self.function, self.trigger = function, trigger

    def wanted(self) -> Description:
        return {
            "schedule": self.trigger["schedule"],
            "state": "ENABLED",
            "targets": {self.context.names.function_arn(self.function): self.trigger["payload"]},
            "tags": self.context.tags(),
        }

    def observed(self) -> Description | None:
        events, rule = self.context.client("events"), self.context.names.rule(self.name)
        try:
            there = events.describe_rule(Name=rule)
        except ClientError as error:
            missing(error, "ResourceNotFoundException")
            return None
        targets = events.list_targets_by_rule(Rule=rule)["Targets"]
        return {
            "schedule": there.get("ScheduleExpression"),
            "state": there.get("State"),
            "targets": {target["Arn"]: json.loads(target.get("Input", "null")) for target in targets},
            "tags": untag(events.list_tags_for_resource(ResourceARN=there["Arn"])["Tags"]),
        }

    def apply(self, observed: Description | None) -> None:
        events, rule, wanted = self.context.client("events"), self.context.names.rule(self.name), self.wanted()
        tags = {} if observed else {"Tags": tag_list(wanted["tags"])}
        arn = events.put_rule(Name=rule, ScheduleExpression=wanted["schedule"], State="ENABLED", **tags)["RuleArn"]
        if observed:
            events.tag_resource(ResourceARN=arn, Tags=tag_list(wanted["tags"]))
        function = self.context.names.function_arn(self.function)
        target = {"Id": "function", "Arn": function, "Input": json.dumps(self.trigger["payload"])}
        events.put_targets(Rule=rule, Targets=[target])
