/** Reads the stored state of a stack as a preview without changes, so that what reads one reads the other. */

import { customerType } from "../../components/customerType";
import { isRecord } from "../../config/isRecord";
import type { ExportedResource, ExportedStack } from "../../providers/exportedStack";
import { resourceTypeOf } from "../../providers/resourceTypes";
import { type Preview, type PreviewStep, partsOf } from "../preview/preview";
import { Masking } from "../secrets";

/**
 * The customers' resources in a stored state, with secrets masked. What is not a customer's, or only waits for its deletion, is left out: a
 * state of thousands of customers is large enough.
 */
export function readState({ deployment }: ExportedStack): Preview {
  const masking = new Masking();
  const steps = (deployment?.resources ?? []).flatMap((resource) => {
    const isOurs = resource.type === customerType || resourceTypeOf(resource.type) !== undefined;
    return isOurs && resource.delete !== true ? [stepOf(resource, masking)] : [];
  });
  const [first] = steps;
  const { stack, project } = first === undefined ? {} : partsOf(first.urn);
  return {
    ...(stack !== undefined && { stack }),
    ...(project !== undefined && { project }),
    steps,
    diagnostics: [],
    changeSummary: { same: steps.length },
    config: {},
    notUnderstood: [],
  };
}

function stepOf(resource: ExportedResource, masking: Masking): PreviewStep {
  const { urn, id = "", parent, inputs = {}, outputs = {}, protect = false } = resource;
  const shown = masking.value({ inputs, outputs });
  const state = {
    ...{ urn, id, protect, inputs: {}, outputs: {} },
    ...(isRecord(shown) && shown),
    ...(parent !== undefined && { parent }),
    ...{ retainOnDelete: false, propertyDependencies: {} },
  };
  const { type, name } = partsOf(urn);
  return { op: "same", urn, type, name, old: state, new: state, replaceReasons: [], diffReasons: [] };
}
