/** How a `Customer` is called in Pulumi's state. In a file of its own, so that who reads states need not load the component. */
export const customerType = "tesseral:index:Customer";
