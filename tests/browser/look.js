// Looks at a page as a thumb, a reader and a browser without scripts would; `html` is the page as it was sent.
// Targets are 44 by 44 px; links inside a sentence are let be, and a card link covers its card.
(html) => {
  const box = (e) => (e.matches('input[type=checkbox], input[type=radio]') && e.closest('label') || e).getBoundingClientRect();
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 2 && r.height > 2 && e.checkVisibility(); };
  const inSentence = (e) => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && ((e.closest('p, li, dd, td') ?? e.parentElement).textContent.trim().length > e.textContent.trim().length + 2);
  const covers = (e) => getComputedStyle(e, '::after').position === 'absolute';
  const small = [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
    .filter((e) => seen(e) && !e.matches('.visually-hidden, .skip') && !inSentence(e) && !covers(e))
    .filter((e) => { const r = box(e); return r.width < 43.5 || r.height < 43.5; })
    .map((e) => { const r = box(e); return `${Math.round(r.width)}x${Math.round(r.height)} ${e.outerHTML.slice(0, 90)}`; });
  const plain = new DOMParser().parseFromString(html, 'text/html');
  const helpless = [...plain.querySelectorAll('form')].filter((form) => {
    const submits = [...form.querySelectorAll('button:not([type=button]), input[type=submit]'),
      ...plain.querySelectorAll(`button[form="${form.id}"]`)].filter((b) => !b.hidden);
    return !form.getAttribute('action') || form.method === 'post' && !form.elements['_csrf']
      || !submits.length && form.querySelector('input:not([type=hidden]), select, textarea');
  }).map((form) => form.outerHTML.slice(0, 90));
  return {
    small, helpless,
    overflow: document.documentElement.scrollWidth - innerWidth,
    headings: document.querySelectorAll('h1').length,
    language: document.documentElement.lang,
    title: document.title,
    inline: document.querySelectorAll('[style], [onclick], style, script:not([src])').length,
  };
}
