import type * as pulumi from "@pulumi/pulumi";

interface AlarmEmailOptions {
  name: string;
  address: pulumi.Input<string>;
  tags: Record<string, pulumi.Input<string>>;
  opts: pulumi.CustomResourceOptions;
}

/** A topic that mails what it gets; AWS asks the address once to confirm. Returns the topic's ARN. */
export function alarmEmail({ name, address, tags, opts }: AlarmEmailOptions): pulumi.Output<string> {
  const { Topic } = require("@pulumi/aws/sns/topic.js") as typeof import("@pulumi/aws/sns/topic.js");
  const { TopicSubscription } =
    require("@pulumi/aws/sns/topicSubscription.js") as typeof import("@pulumi/aws/sns/topicSubscription.js");
  const topic = new Topic(`${name}-alarms`, { tags }, opts);
  new TopicSubscription(`${name}-alarms`, { topic: topic.arn, protocol: "email", endpoint: address }, opts);
  return topic.arn;
}
