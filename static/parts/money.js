// Money is {amount_minor, currency}; the currency says how many minor units make one.
const digits = new Map();
const formats = new Map();

function minorDigits(currency) {
  if (!digits.has(currency)) {
    digits.set(currency, new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits);
  }
  return digits.get(currency);
}

// "$168.00"; negative amounts carry a true minus: "−$25.20".
export function formatMoney(money, locale = document.documentElement.lang || "en-US") {
  if (!money) return "";
  const { amount_minor: minor, currency } = money;
  const key = `${locale} ${currency}`;
  if (!formats.has(key)) {
    // en-US and not en, so that dollars read "$" and not "US$" wherever the browser is.
    const wanted = locale === "en" ? "en-US" : locale;
    formats.set(key, new Intl.NumberFormat(wanted, { style: "currency", currency }));
  }
  const text = formats.get(key).format(Math.abs(minor) / 10 ** minorDigits(currency));
  return minor < 0 ? `−${text}` : text;
}

export const money = (minor, currency) => ({ amount_minor: minor, currency });
export const isZero = (value) => !value || value.amount_minor === 0;

const counts = new Intl.NumberFormat("en-US");
/** "1,240": points and other counts. */
export const formatCount = (count) => counts.format(count ?? 0);
