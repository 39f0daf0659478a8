// Submits the page's only form (OAuth 2.0 Form Post Response Mode); a field may itself be called "submit".
HTMLFormElement.prototype.submit.call(document.forms[0]);
