/** Says why the page's module did not run. Its syntax is that of browsers without modules. */
(function () {
  'use strict';
  var STALL_MS = 15000;
  var checking = false;

  function hasStarted() {
    return document.documentElement.hasAttribute('data-started');
  }

  /**
   * @param {string} text
   * @param {boolean} again whether another try may help
   */
  function show(text, again) {
    var box = document.getElementById('alert');
    var empty = document.getElementById('empty-text');
    var lede = document.getElementById('lede');
    if (box === null || empty === null || lede === null) {
      setTimeout(show, 100, text, again); // the document is still on its way
      return;
    }
    lede.textContent = '';
    empty.textContent = 'No answer.';
    box.textContent = '';
    var line = document.createElement('p');
    line.textContent = text;
    var button = document.createElement('button');
    button.textContent = 'Reload';
    button.onclick = function () {
      button.disabled = true;
      // Read anew first: a reload takes the browser's copies, and it may have kept a damaged one.
      var reads = listParts().map(function (path) {
        return read('./' + path);
      });
      void Promise.all(reads).then(location.reload.bind(location));
    };
    box.appendChild(line);
    if (again) box.appendChild(button);
  }

  /**
   * Read a file anew, past the browser's copy.
   *
   * @param {string} url
   * @returns {Promise<{ fault: string, bytes: number, text: string }>} `fault` in words, or empty
   */
  function read(url) {
    return new Promise(function (resolve) {
      var request = new XMLHttpRequest();
      var timer = 0;
      var bytes = 0;
      /** @param {string} fault */
      function end(fault) {
        clearTimeout(timer);
        resolve({ fault: fault, bytes: bytes, text: fault === '' ? request.responseText : '' });
      }
      function wait() {
        clearTimeout(timer);
        timer = setTimeout(function () {
          end('nothing came for 15 s after ' + bytes + ' bytes');
          request.abort();
        }, STALL_MS);
      }
      request.onprogress = function (event) {
        bytes = event.loaded;
        wait();
      };
      request.onload = function () {
        end(request.status === 200 ? '' : 'the server answered ' + request.status);
      };
      request.onerror = function () {
        end('the transfer broke off');
      };
      request.open('GET', url);
      request.setRequestHeader('Cache-Control', 'no-cache');
      request.send();
      wait();
    });
  }

  /** @returns {string[]} addresses of what the page is made of, relative to it */
  function listParts() {
    var found = document.querySelectorAll('script[src], link[rel=modulepreload], link[rel=stylesheet]');
    var paths = [];
    for (var index = 0; index < found.length; index += 1) {
      var element = found[index];
      if (element === undefined) continue;
      paths.push((element.getAttribute('src') || element.getAttribute('href') || '').replace(/^\.\//, ''));
    }
    return paths;
  }

  /**
   * What is wrong with one part of the page.
   *
   * @param {string} path
   * @param {{ bytes: number } | undefined} entry as the manifest lists it
   * @returns {Promise<string>} empty where nothing is
   */
  function findFault(path, entry) {
    return read('./' + path).then(function (got) {
      var fault = got.fault;
      if (fault === '' && entry !== undefined && entry.bytes !== got.bytes) {
        fault = got.bytes + ' bytes instead of ' + entry.bytes;
      }
      // A style sheet that does not come would keep the page from being drawn.
      var style = document.querySelector('link[href="./' + path + '"][rel=stylesheet]');
      if (fault !== '' && style !== null && style.parentNode !== null) style.parentNode.removeChild(style);
      return fault === '' ? '' : path + ' (' + fault + ')';
    });
  }

  /**
   * @param {string} manifest
   * @returns {Promise<string>} what is wrong with the page's parts
   */
  function findFaults(manifest) {
    /** @type {Record<string, { bytes: number }>} */
    var listed = {};
    try {
      listed = JSON.parse(manifest).files || {};
    } catch (unreadable) {
      void unreadable; // Sizes stay unknown; what is wrong with the manifest is for the module to show.
    }
    var looks = listParts().map(function (path) {
      return findFault(path, listed[path]);
    });
    return Promise.all(looks).then(function (found) {
      return found.filter(Boolean).join(', ');
    });
  }

  /** @param {string} found what is wrong with the page's parts */
  function report(found) {
    if (hasStarted()) return null;
    // Where all is there now, the module may still start.
    if (found === '') return setTimeout(giveUp, STALL_MS);
    var fix = '. Check the network connection and reload; if it stays, upload the whole site again.';
    return show('Expected the whole of the page; received ' + found + fix, true);
  }

  function check() {
    if (checking || hasStarted()) return;
    checking = true;
    void read('./manifest.json')
      .then(function (manifest) {
        return findFaults(manifest.text);
      })
      .then(report);
  }

  function giveUp() {
    if (hasStarted()) return;
    show('Expected the browser to run the page; all files came, and it did not. Reload; if it stays, update the browser.', true);
  }

  if (location.protocol === 'file:') {
    show(
      'Expected this page from a web server; it was opened from a file, where browsers run no modules. ' +
        'Run `webparity serve` with the folder of this file, and open the address that it shows.',
      false
    );
  } else if (!('noModule' in document.createElement('script'))) {
    show('Expected a browser that runs JavaScript modules; this one does not. Update the browser.', false);
  } else {
    addEventListener(
      'error',
      function (event) {
        var target = event.target;
        if (target === window || target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) check();
      },
      true
    );
    // Modules run before either event: if the page's has not by then, it will not.
    document.addEventListener('DOMContentLoaded', check);
    addEventListener('load', check);
    if (document.readyState === 'complete') check();
    setTimeout(check, STALL_MS);
  }
})();
