# For launchers in the repository's root, which set these and then source this file, which does the rest:
#
#   home      the root
#   name      the launcher's own, for what it says
#   module    the module that has, or depends on, all that the program runs on
#   profiles  of Maven, to build it with; may be left out
#   needs     what it is made of: sources and build files
#   main      the main class
#   options   for Java
#   property  one more of those, which is not passed on to the processes that the program starts
#
# It builds what is missing or outdated, then becomes Java, with the arguments of the launcher.
#
#   JAVA_HOME  the Java to use, 17 or newer; else the one on the PATH

built=$home/$module/target
stamp=$built/$name.stamp
# One for all launchers, as they build some of the same modules.
lock=$home/target/parley.lock
log=$home/target/build.log

fail() {
    echo "$name: $*" >&2
    exit 1
}

if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
else
    java=$(command -v java) || fail "Java 17 or newer is needed, and there is none on the PATH (or set JAVA_HOME)"
fi

# Asking Java for its version takes a while, so it is asked only when building and when it is not the one built with.
check_java() {
    version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9][0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "$java does not tell its version"
    [ "$version" -ge 17 ] || fail "Java 17 or newer is needed; $java is version $version"
}

# What the module is made of: names and contents.
fingerprint() {
    # shellcheck disable=SC2086
    (cd "$home" && find pom.xml .mvn $needs -type f -exec cksum {} + 2> /dev/null | LC_ALL=C sort | cksum)
}

# Times tell where to look, contents decide: in a copy of the tree everything is new, and nothing has changed. Directories count too, so
# that a file taken away shows.
is_outdated() {
    [ -f "$stamp" ] && [ -f "$built/parley-$module.jar" ] && [ -d "$built/lib" ] || return 0
    # shellcheck disable=SC2086
    changed=$(cd "$home" && find pom.xml .mvn $needs -newer "$stamp" 2> /dev/null | head -n 1)
    [ -n "$changed" ] || return 1
    # Whatever changes from now on is newer than what is compared.
    seen=$stamp.$$
    touch "$seen" 2> /dev/null || true
    if [ "$(cat "$stamp")" != "$(fingerprint)" ]; then
        rm -f "$seen"
        return 0
    fi
    # Where nothing may be written, the contents are compared each time.
    touch -r "$seen" "$stamp" 2> /dev/null || true
    rm -f "$seen"
    return 1
}

# The lock belongs to the process whose number is in it, and is void when that has gone.
take_lock() {
    mkdir -p "$home/target"
    told=
    while ! mkdir "$lock" 2> /dev/null; do
        holder=$(cat "$lock/pid" 2> /dev/null || true)
        if [ -n "$holder" ] && ! kill -0 "$holder" 2> /dev/null; then
            mv "$lock" "$lock.$$" 2> /dev/null && rm -rf "$lock.$$"
            continue
        fi
        if [ -z "$told" ]; then
            echo "Parley is being built already; waiting for it (if there is none, remove $lock)…" >&2
            told=yes
        fi
        sleep 1
    done
    echo $$ > "$lock/pid"
    trap 'rm -rf "$lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

build() {
    command -v mvn > /dev/null || fail "Maven 3.8 or newer is needed to build Parley, and there is no mvn on the PATH"
    echo "Building Parley (once, about a minute)…" >&2
    # Whatever changes from now on is newer than what is built.
    touch "$lock/since"
    fingerprint > "$lock/started"
    touch -r "$lock/since" "$lock/started"
    {
        cd "$home"
        mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package ${profiles:+"-P$profiles"} -pl "$module" -am 2>&1 ||
            printf '\nMaven has failed\n'
    } | tee "$log" | while IFS= read -r line; do
        case $line in
            "[INFO] Building "*"["*/*"]") echo "$line" | sed 's/^.INFO. Building \(.*[^ ]\)  *\(\[.*\]\)$/  \2 \1/' >&2 ;;
        esac
    done
    if grep -q '^Maven has failed' "$log"; then
        grep '^\[ERROR\]' "$log" | sed '/\[Help 1\]/,$d' >&2 || true
        fail "the build has failed; all that Maven said is in $log"
    fi
    mv "$lock/started" "$stamp"
    echo "$java" > "$stamp.java"
}

if is_outdated; then
    check_java
    take_lock
    if is_outdated; then
        build
    fi
    rm -rf "$lock"
    trap - EXIT INT TERM
elif [ "$(cat "$stamp.java" 2> /dev/null)" != "$java" ]; then
    check_java
fi

# Names and the like may be in any script, whatever the locale.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *UTF-8* | *utf-8* | *UTF8* | *utf8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
esac

# Without memory nobody knows what a process is still able to do: it ends with code 3, so that a supervisor starts it anew.
# shellcheck disable=SC2086
exec "$java" -XX:+ExitOnOutOfMemoryError $options "$property" "-Dparley.java.options=$options" \
    -cp "$built/parley-$module.jar:$built/lib/*" "$main" "$@"
