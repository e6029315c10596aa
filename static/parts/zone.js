// The staff pages tell times by the brand's clock, as lists and forms do, wherever the browser is.
export const zone = globalThis.document?.getElementById("page")?.dataset.zone || undefined;
