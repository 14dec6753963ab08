/** What `import … from "pulumi-tesseral"` gives. */
export * from "./providers";
