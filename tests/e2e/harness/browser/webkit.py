#!/usr/bin/python3
"""A browser of WebKitGTK for the tests: windows without frames that WebKitWebDriver drives, with a profile that keeps.

Its one argument is a JSON object of settings (`capabilities` in webkit.rs). What WebDriver has no command for comes over a
line to the tests: each command is a JSON object in one line, each answer the word `done`. When the line ends, so does the browser.
"""

import json
import os
import socket
import sys

SETTINGS = json.loads(sys.argv[1])
# Read when GTK starts; whole numbers alone.
os.environ["GDK_SCALE"] = str(round(SETTINGS["scale"]))

import gi  # noqa: E402

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gdk, GLib, Gtk, WebKit2  # noqa: E402

# Off by default in this port of WebKit, and on in Safari.
FEATURES = ["FileSystem", "FileSystemWritableStream", "AccessHandle", "StorageAPI", "StorageAPIEstimate"]


def context_of_profile():
    folder = SETTINGS["profile"]
    manager = WebKit2.WebsiteDataManager(base_data_directory=f"{folder}/data", base_cache_directory=f"{folder}/cache")
    if SETTINGS["proxy"]:
        proxy = WebKit2.NetworkProxySettings.new(f"http://{SETTINGS['proxy']}", None)
        manager.set_network_proxy_settings(WebKit2.NetworkProxyMode.CUSTOM, proxy)
    context = WebKit2.WebContext.new_with_website_data_manager(manager)
    context.set_automation_allowed(True)
    context.set_preferred_languages([SETTINGS["language"]])
    context.connect("automation-started", automation)
    context.connect("download-started", download)
    return context


def settings_of_pages():
    settings = WebKit2.Settings()
    settings.set_enable_write_console_messages_to_stdout(True)
    settings.set_javascript_can_access_clipboard(True)
    features = WebKit2.Settings.get_all_features()
    for feature in map(features.get, range(features.get_length())):
        if feature.get_identifier() in FEATURES:
            settings.set_feature_enabled(feature, True)
    return settings


def automation(_, session):
    info = WebKit2.ApplicationInfo()
    info.set_name("Callscope")
    info.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(info)
    session.connect("create-web-view", lambda *_: view())


def view(related=None):
    # A window that a page opens shares its process.
    kin = {"related_view": related} if related else {"web_context": CONTEXT}
    shown = WebKit2.WebView(settings=PAGES, user_content_manager=SCRIPTS, is_controlled_by_automation=True, **kin)
    shown.connect("create", lambda opener, _: view(opener))
    window = Gtk.Window()
    window.set_decorated(False)
    window.set_default_size(SETTINGS["width"], SETTINGS["height"])
    window.add(shown)
    window.connect("map-event", lambda *_: focus(window))
    window.show_all()
    WINDOWS.append(window)
    shown.connect("close", lambda _: close(window))
    return shown


def focus(window):
    # There is no window manager that would.
    window.get_window().focus(Gdk.CURRENT_TIME)
    window.get_child().grab_focus()


def close(window):
    WINDOWS.remove(window)
    window.destroy()
    if WINDOWS:
        focus(WINDOWS[-1])
    else:
        Gtk.main_quit()


def download(_, started):
    def decide(started, name):
        os.makedirs(SETTINGS["downloads"], exist_ok=True)
        path = os.path.join(SETTINGS["downloads"], name)
        started.set_destination("file://" + GLib.uri_escape_string(path, "/", True))
        return True

    started.connect("decide-destination", decide)


def obey(*_):
    text = COMMANDS.readline()
    if not text:
        Gtk.main_quit()
        return False
    command = json.loads(text)
    if "scripts" in command:
        SCRIPTS.remove_all_scripts()
        frames, start = WebKit2.UserContentInjectedFrames.ALL_FRAMES, WebKit2.UserScriptInjectionTime.START
        for source in command["scripts"]:
            # As a function's body, so that scripts share no names.
            SCRIPTS.add_script(WebKit2.UserScript.new("(() => {" + source + "})()", frames, start, None, None))
        done()
    elif "clear" in command:
        CONTEXT.get_website_data_manager().clear(WebKit2.WebsiteDataTypes.ALL, 0, None, cleared)
    return True


def cleared(manager, result):
    manager.clear_finish(result)
    done()


def done():
    LINE.sendall(b"done\n")


WINDOWS = []
desktop = Gtk.Settings.get_default()
desktop.set_property("gtk-application-prefer-dark-theme", SETTINGS["dark"])
desktop.set_property("gtk-enable-animations", not SETTINGS["calm"])
PAGES = settings_of_pages()
SCRIPTS = WebKit2.UserContentManager()
CONTEXT = context_of_profile()
LINE = socket.create_connection(("127.0.0.1", SETTINGS["control"]))
COMMANDS = LINE.makefile("r", encoding="utf-8")
GLib.io_add_watch(LINE.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, obey)
Gtk.main()
