// Preact, its hooks and the html tag in one place. No build step: htm reads the template at run time.
import { h, Fragment, render } from "../vendor/preact/preact.js";
import htm from "../vendor/htm/htm.js";

export { Fragment, h, render };
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState } from "../vendor/preact/hooks.js";

export const html = htm.bind(h);

// Class names from strings and {name: on} objects.
export function cls(...parts) {
  const names = [];
  for (const part of parts) {
    if (!part) continue;
    if (typeof part === "string") names.push(part);
    else for (const [name, on] of Object.entries(part)) if (on) names.push(name);
  }
  return names.join(" ");
}
