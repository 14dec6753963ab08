import * as pulumi from "@pulumi/pulumi";

/** A provider that does nothing, so that what remains is the engine, the plugin and the state. */
const provider =
  "exports.handler=()=>({create:async(inputs)=>({id:'nothing',outs:inputs}),read:async(id,props)=>({id,props,inputs:props})})";

/** A dynamic resource that does nothing. */
export class Nothing extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, unknown>, options?: pulumi.CustomResourceOptions) {
    super("pulumi-nodejs:dynamic/bench:Nothing", name, { ...args, __provider: provider }, options);
  }
}
