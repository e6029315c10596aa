// A rule of a step's own: said as a sentence, built with the controls of the segment builder.
import { RuleTree, createProducts, usePreview } from "../campaign_segments/rule.js";
import { arranged, countConditions, rooted } from "../campaign_segments/tree.js";
import { Icon } from "../parts/icons.js";
import { html, useMemo, useRef, useState } from "../parts/ui.js";
import { Dialog } from "./dialog.js";

const whole = (n) => n.toLocaleString("en");

export function RuleField({ value, words, sentence, api, shared, onChange }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef(null);
  const has = value && Object.keys(value).length > 0;
  const close = () => {
    setOpen(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  if (!words.rule) return html`<p class="hint">You may not see segments, so the rule is not shown.</p>`;
  return html`${has && html`<p class="jc-said">${sentence}</p>`}
    <button type="button" class="jc-button" ref=${button} aria-haspopup="dialog" aria-describedby=${shared["aria-describedby"]} disabled=${shared.disabled} onClick=${() => setOpen(true)}><${Icon} name="filter" />${has ? "Change the rule" : "Build the rule"}</button>
    ${isOpen && html`<${RuleDialog} api=${api} words=${words.rule} value=${has ? value : { all: [] }} onClose=${close} onUse=${(tree) => (onChange(tree), close())} />`}`;
}

function RuleDialog({ api, words, value, onClose, onUse }) {
  const [tree, setTree] = useState(() => rooted(arranged(value)));
  const products = useMemo(() => createProducts(api), []);
  const preview = usePreview(api, tree);
  const errors = useMemo(() => new Map(preview.errors.map((each) => [each.pointer.replace(/^\/tree/, ""), each.title])), [preview.errors]);
  const nothing = countConditions(tree) === 0;
  const { answer } = preview;
  return html`<${Dialog} title="A rule of this step’s own" className="is-rule" onClose=${onClose}>
    <div class="sb jc-rule">
      <p class="sb-say" aria-live="polite">${answer && !nothing ? answer.sentence : "Say of whom it is true: add conditions, and read here what they mean."}</p>
      ${preview.problem && html`<p class="sb-note" role="alert"><${Icon} name="alert" />${preview.problem}</p>`}
      <${RuleTree} tree=${tree} words=${words} products=${products} errors=${errors} alone=${answer?.alone ?? {}} onChange=${setTree} />
    </div>
    <footer class="jc-rule-end">
      <p role="status">${nothing ? "Nobody counted yet." : preview.errors.length ? "Put right what is marked, and it is counted again." : answer ? html`<b>${whole(answer.count)}</b> of ${whole(answer.of)} customers match it now${answer.sample.length ? `, ${answer.sample.slice(0, 2).map((each) => each.name).join(" and ")} among them` : ""}.` : "Counting…"}</p>
      <button type="button" class="jc-button" onClick=${onClose}>Cancel</button>
      <button type="button" class="jc-button first" disabled=${nothing || preview.errors.length > 0 || !answer} onClick=${() => onUse(tree)}>Use this rule</button>
    </footer>
  <//>`;
}
