/** The type of a `Customer` in Pulumi's state. In a file of its own, so that reading states does not load the component. */
export const customerType = "tesseral:index:Customer";
