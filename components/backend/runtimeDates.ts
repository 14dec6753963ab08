/** When AWS ends its support of a runtime. */
interface RuntimeEnd {
  /** The day from which on AWS gives it no security patches. */
  end: string;
  /** The day from which on AWS refuses changes of functions that have it. */
  frozen: string;
}

/** Where the dates are from, and the month of that table; AWS has postponed such dates before. */
export const runtimeDatesSource = {
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  /** As cfn-lint 1.58.0 has that page. */
  asOf: "October 2026",
};

/** The runtimes that AWS takes. One that is not here is newer than the table. */
export const runtimeEnds: Readonly<Record<string, RuntimeEnd>> = {
  "nodejs22.x": { end: "2027-04-30", frozen: "2027-07-01" },
  "nodejs24.x": { end: "2028-04-30", frozen: "2028-07-01" },
  "python3.10": { end: "2026-10-31", frozen: "2027-03-03" },
  "python3.11": { end: "2027-06-30", frozen: "2027-08-31" },
  "python3.12": { end: "2028-10-31", frozen: "2029-01-10" },
  "python3.13": { end: "2029-06-30", frozen: "2029-08-31" },
  "python3.14": { end: "2029-06-30", frozen: "2029-08-31" },
  "ruby3.3": { end: "2027-03-31", frozen: "2027-05-31" },
  "ruby3.4": { end: "2028-03-31", frozen: "2028-05-31" },
  "ruby4.0": { end: "2029-03-31", frozen: "2029-05-31" },
  "java8.al2": { end: "2027-06-30", frozen: "2027-08-31" },
  java11: { end: "2027-06-30", frozen: "2027-08-31" },
  java17: { end: "2027-06-30", frozen: "2027-08-31" },
  java21: { end: "2029-06-30", frozen: "2029-08-31" },
  java25: { end: "2029-06-30", frozen: "2029-08-31" },
  dotnet8: { end: "2026-11-10", frozen: "2027-03-03" },
  dotnet10: { end: "2028-11-14", frozen: "2029-01-15" },
  "provided.al2023": { end: "2029-06-30", frozen: "2029-08-31" },
};
