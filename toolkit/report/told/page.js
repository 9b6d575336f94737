// Narrows, orders and copies the findings of the page. Everything is on the page already; without this script nothing is lost.
(function () {
  'use strict';
  var list = document.getElementById('findings');
  if (!list) { return; }
  var form = list.querySelector('.filters');
  var status = list.querySelector('.status');
  var nothing = list.querySelector('.nothing');
  var clear = form.elements.namedItem('clear');
  var compact = form.elements.namedItem('compact');
  var books = Array.from(list.querySelectorAll('.book'));
  var articles = Array.from(list.querySelectorAll('article'));
  var MOST_KINDS = 15;
  var texts = null;
  var arranged = false;

  function plain(text) { return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' '); }

  function read() {
    if (texts === null) {
      texts = new Map(articles.map(function (article) {
        var book = document.getElementById('b' + article.dataset.book).querySelector('h3').textContent;
        return [article, plain(book + ' ' + article.textContent)];
      }));
    }
    return texts;
  }

  function asked() {
    var ticks = Array.from(form.querySelectorAll('[name=severity]'));
    return {
      severities: new Set(ticks.filter(function (tick) { return tick.checked; }).map(function (tick) { return tick.value; })),
      all: ticks.every(function (tick) { return tick.checked; }),
      unit: form.elements.namedItem('unit').value,
      form: form.elements.namedItem('form').value,
      rule: form.elements.namedItem('rule').value,
      office: form.elements.namedItem('office') ? form.elements.namedItem('office').value : '',
      words: plain(form.elements.namedItem('words').value).split(' ').filter(Boolean)
    };
  }

  function matches(article, want) {
    return want.severities.has(article.className) &&
      (!want.unit || article.dataset.book === want.unit) &&
      (!want.form || article.dataset.form === want.form) &&
      (!want.rule || article.dataset.rule === want.rule) &&
      (!want.office || article.dataset.office === want.office) &&
      want.words.every(function (word) { return read().get(article).includes(word); });
  }

  function narrow() {
    var want = asked();
    var shown = 0;
    articles.forEach(function (article) {
      article.hidden = !matches(article, want);
      shown += article.hidden ? 0 : 1;
    });
    books.forEach(function (book) { book.hidden = !book.querySelector('article:not([hidden])'); });
    var narrowed = !want.all || want.unit || want.form || want.rule || want.office || want.words.length;
    status.textContent = narrowed ? '显示 ' + shown + ' 条，共 ' + articles.length + ' 条' : '共 ' + articles.length + ' 条';
    nothing.hidden = shown > 0;
    clear.disabled = !narrowed;
  }

  function arrange() {
    var byPlace = form.elements.namedItem('order').value === 'o';
    if (byPlace === arranged) { return; }
    arranged = byPlace;
    function rank(article) { return Number(byPlace ? article.dataset.order : article.id.slice(1)); }
    books.forEach(function (book) {
      var ours = Array.from(book.querySelectorAll('article'));
      ours.sort(function (a, b) { return rank(a) - rank(b); }).forEach(function (article) { book.appendChild(article); });
    });
  }

  function choose(wanted) {
    form.reset();
    ['unit', 'form', 'rule'].forEach(function (name) { form.elements.namedItem(name).value = wanted[name] || ''; });
    compress(compact.getAttribute('aria-pressed') === 'true');
    arrange();
    narrow();
    list.querySelector('h2').scrollIntoView();
    var first = list.querySelector('article:not([hidden]) h4 a');
    if (first) {
      first.focus({ preventScroll: true });
    }
  }

  function compress(on) {
    compact.setAttribute('aria-pressed', String(on));
    list.classList.toggle('compact', on);
  }

  function said(article, number) {
    function part(name) { var found = article.querySelector(name); return found ? found.textContent.trim() : ''; }
    var lines = [number + '. 【' + part('.sev') + '】' + [part('h4'), part('.at')].filter(Boolean).join('　')];
    if (part('.in')) { lines.push('   ' + part('.in')); }
    return lines.concat('   ' + part('.message').replace(/\s+/g, ' '), '   怎么改：' + part('.remedy').replace(/^怎么改\s*/, '')).join('\n');
  }

  function copy(book, button) {
    var ours = Array.from(book.querySelectorAll('article:not([hidden])'));
    var title = book.querySelector('h3').firstChild.textContent;
    var text = [title + '：' + ours.length + ' 条'].concat(ours.map(function (a, n) { return said(a, n + 1); })).join('\n') + '\n';
    function done(ok) {
      button.textContent = ok ? '已复制' : '没能复制';
      window.setTimeout(function () { button.textContent = '复制这些问题'; }, 2000);
    }
    function byHand() {
      var box = document.createElement('textarea');
      box.value = text;
      box.className = 'heard';
      document.body.appendChild(box);
      box.select();
      var ok = document.execCommand('copy');
      box.remove();
      button.focus();
      done(ok);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { done(true); }, byHand);
    } else {
      byHand();
    }
  }

  function shorten(kinds) {
    var rows = Array.from(kinds.children).slice(MOST_KINDS);
    if (rows.length < 4) { return; }
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'more';
    function set(open) {
      rows.forEach(function (row) { row.hidden = !open; });
      button.setAttribute('aria-expanded', String(open));
      button.textContent = open ? '只看前 ' + MOST_KINDS + ' 种' : '还有 ' + rows.length + ' 种，全部列出';
    }
    button.addEventListener('click', function () { set(button.getAttribute('aria-expanded') !== 'true'); });
    set(false);
    kinds.insertAdjacentElement('afterend', button);
  }

  form.hidden = false;
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  form.addEventListener('change', function (event) { if (event.target.name === 'order') { arrange(); } narrow(); });
  form.addEventListener('reset', function () { window.setTimeout(function () { arrange(); narrow(); }, 0); });
  var waiting = 0;
  form.elements.namedItem('words').addEventListener('input', function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(narrow, 120);
  });
  compact.addEventListener('click', function () { compress(compact.getAttribute('aria-pressed') !== 'true'); });
  books.forEach(function (book) {
    var button = book.querySelector('.copy');
    button.hidden = false;
    button.addEventListener('click', function () { copy(book, button); });
  });
  document.querySelectorAll('#overview [data-book], #kinds [data-rule]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      choose({ unit: link.dataset.book, form: link.dataset.form, rule: link.dataset.rule });
    });
  });
  document.querySelectorAll('.kinds').forEach(shorten);
  var closed = [];
  window.addEventListener('beforeprint', function () {
    closed = Array.from(document.querySelectorAll('details:not([open])'));
    closed.forEach(function (one) { one.open = true; });
  });
  window.addEventListener('afterprint', function () { closed.forEach(function (one) { one.open = false; }); });
  narrow();
}());
