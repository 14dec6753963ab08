/** The nine ways to log in, in the order in which the server refuses them. */
export const loginMethods = [
  { field: "logInWithGoogle", name: "google" },
  { field: "logInWithMicrosoft", name: "microsoft" },
  { field: "logInWithGithub", name: "github" },
  { field: "logInWithEmail", name: "email" },
  { field: "logInWithPassword", name: "password" },
  { field: "logInWithSaml", name: "saml" },
  { field: "logInWithOidc", name: "oidc" },
  { field: "logInWithAuthenticatorApp", name: "authenticator app" },
  { field: "logInWithPasskey", name: "passkey" },
] as const;

type LoginField = (typeof loginMethods)[number]["field"];
export const loginFields: readonly LoginField[] = loginMethods.map(({ field }) => field);
/** One switch per way to log in. */
export type LoginFlags = Record<LoginField, boolean>;

/** Each switch as `of` says, in the order of `loginMethods`. */
export const loginFlags = (of: (field: LoginField) => boolean): LoginFlags => ({
  logInWithGoogle: of("logInWithGoogle"),
  logInWithMicrosoft: of("logInWithMicrosoft"),
  logInWithGithub: of("logInWithGithub"),
  logInWithEmail: of("logInWithEmail"),
  logInWithPassword: of("logInWithPassword"),
  logInWithSaml: of("logInWithSaml"),
  logInWithOidc: of("logInWithOidc"),
  logInWithAuthenticatorApp: of("logInWithAuthenticatorApp"),
  logInWithPasskey: of("logInWithPasskey"),
});
