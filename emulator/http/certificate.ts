import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a server needs for TLS, and where its clients find the certificate to trust. */
export interface Certificate {
  /** PEM. */
  key: string;
  /** PEM. */
  cert: string;
  /** The certificate authority's certificate in PEM, in a temporary folder. */
  caFile: string;
  /** Removes that folder. */
  remove(): void;
}

/** Some of Tesseral's clients cannot be given another host: for them, these names must lead here, for example by a proxy. */
const tesseralHosts = ["api.tesseral.com", "config.tesseral.com"];

const day = 86_400_000;
const lifetimeDays = 30;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Makes a certificate authority that nobody keeps the key of, and by it a certificate for loopback, `host` and Tesseral's own hosts, valid
 * for 30 days by the system's clock. Two certificates, since some clients refuse a server whose own certificate is the authority's.
 */
export async function makeCertificate(host: string): Promise<Certificate> {
  // Loaded here, since it takes longer than everything else at start.
  const x509: typeof import("@peculiar/x509") = createRequire(__filename)("@peculiar/x509");
  const { subtle } = globalThis.crypto;
  const keyPair = () => subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const [authority, server] = await Promise.all([keyPair(), keyPair()]);
  const notBefore = new Date(Date.now() - day);
  const notAfter = new Date(Date.now() + lifetimeDays * day);
  const issuer = "CN=pulumi-tesseral emulator";
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: issuer,
    notBefore,
    notAfter,
    keys: authority,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const names = [...new Set(["localhost", "127.0.0.1", "::1", host, ...tesseralHosts])];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=localhost",
    issuer,
    notBefore,
    notAfter,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(server.publicKey),
    ],
  });
  const caFile = join(mkdtempSync(join(tmpdir(), "pulumi-tesseral-emulator-")), "ca.pem");
  writeFileSync(caFile, `${ca.toString("pem")}\n`);
  const pkcs8 = await subtle.exportKey("pkcs8", server.privateKey);
  return {
    key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    cert: certificate.toString("pem"),
    caFile,
    remove: () => rmSync(dirname(caFile), { recursive: true, force: true }),
  };
}
