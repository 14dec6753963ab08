/** What looks like a token of a managed API key or a backend API key, anywhere in a text. */
const tokenForms = [/[A-Za-z0-9_-]*_sk_[0-9A-Za-z]{16,}/g, /tesseral_secret_key_[0-9A-Za-z_-]+/gi];

/** The text in place of a secret, as in Pulumi's own previews. */
export const masked = "[secret]";

/** The same text with a mask in place of each token: people paste them where names belong. */
export function maskTokens(text: string): string {
  return tokenForms.reduce((rest, form) => rest.replace(form, masked), text);
}
