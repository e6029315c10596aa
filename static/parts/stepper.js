// How many of a line. Taking away the last one is removing; the caller offers undo.
import { Icon } from "./icons.js";
import { html } from "./ui.js";

export function QuantityStepper({ value, of, onChange, max = 9999, disabled = false }) {
  return html`<div class="stepper" role="group" aria-label=${`How many ${of}`}>
    <button type="button" aria-label=${value > 1 ? `One ${of} fewer` : `Take out ${of}`} disabled=${disabled || value <= 0} onClick=${() => onChange(value - 1)}>
      <${Icon} name="minus" /></button>
    <output aria-live="polite">${value}</output>
    <button type="button" aria-label=${`One ${of} more`} disabled=${disabled || value >= max} onClick=${() => onChange(value + 1)}><${Icon} name="plus" /></button>
  </div>`;
}
