// Proves which runtimes are taken and which are refused, by the table of the component; AWS's own table moves on without it.
import { describe, expect, it } from "vitest";
import { runtimeProblem } from "../../../components/backend/runtimes";

describe("runtimes", () => {
  const taken = [
    "nodejs22.x",
    "nodejs24.x",
    "nodejs26.x",
    "python3.10",
    "python3.13",
    "python3.15",
    "ruby3.3",
    "ruby4.0",
    "java11",
    "java17",
    "java21",
    "java25",
    "java8.al2",
    "dotnet8",
    "dotnet10",
    "provided.al2023",
    "provided.al2026",
  ];
  const deprecated = [
    "nodejs",
    "nodejs4.3",
    "nodejs8.10",
    "nodejs16.x",
    "nodejs18.x",
    "nodejs20.x",
    "python2.7",
    "python3.6",
    "python3.9",
    "ruby2.7",
    "ruby3.2",
    "java8",
    "dotnetcore3.1",
    "dotnet6",
    "dotnet7",
    "go1.x",
    "provided",
    "provided.al2",
  ];

  it("takes those that AWS supports, and newer ones that it does not know yet", () => {
    expect(taken.filter((runtime) => runtimeProblem(runtime) !== undefined)).toEqual([]);
  });

  it("refuses those that AWS has deprecated", () => {
    expect(deprecated.filter((runtime) => !runtimeProblem(runtime)?.includes("is deprecated by AWS Lambda"))).toEqual(
      [],
    );
  });
});
